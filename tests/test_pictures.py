"""Pictures of answers: true to what is stated, the same bytes each time, legible in three languages, harmless labels."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import queries
from kg.answers import Presenter, Row, Rows, YesNo
from kg.errors import UsageError
from kg.graph import KnowledgeGraph
from kg.names import Names
from kg.pictures import drawing, shapes
from kg.pictures.kinds import specification
from kg.pictures.naming import beside
from kg.pictures.projection import Projection
from kg.pictures.theme import NARROW, WIDE, columns, wrapped
from kg.saved_pictures import picture_of
from tests.program import project, run, shared_cache

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "ru", "ja")
EX = "https://example.org/"
NAMES = Names({"ex": EX})
DRAWN = sorted(path.stem for path in (ROOT / "queries").glob("*.rq") if "#+ view:" in path.read_text(encoding="utf-8"))


def drawn(graph: KnowledgeGraph, name: str, lang: str = "en") -> dict[str, Any]:
    """The specification of a saved query's picture."""
    saved = queries.saved(graph.project, name)
    return picture_of(saved, graph, saved.run(graph), lang)


def of(view: Mapping[str, Any], variables: list[str], *rows: Row, lang: str = "en") -> dict[str, Any]:
    """The specification of an answer made by hand."""
    return specification(Rows(variables, list(rows)), view, Presenter(NAMES), name="made", title="Made", lang=lang)


def texts(svg: bytes) -> str:
    return "".join(ET.fromstring(svg).itertext())


def values(node: Any) -> list[dict[str, Any]]:
    """All rows of data within a specification."""
    if isinstance(node, list):
        return [found for each in node for found in values(each)]
    if not isinstance(node, dict):
        return []
    own = [each for each in node.get("values", ()) if isinstance(each, dict)]
    return [*own, *(found for key, each in node.items() if key != "values" for found in values(each))]


def test_there_are_pictures_of_every_type(flagship: KnowledgeGraph) -> None:
    types = {queries.saved(flagship.project, name).view["type"] for name in DRAWN}
    assert types == {"bar", "dot", "timeline", "graph", "map"}
    assert len(DRAWN) >= 22


@pytest.mark.parametrize("name", DRAWN)
def test_a_narrow_picture_is_little_wider_than_a_telephone(flagship: KnowledgeGraph, name: str) -> None:
    saved = queries.saved(flagship.project, name)
    for lang in LANGUAGES:
        narrow = drawing.svg(picture_of(saved, flagship, saved.run(flagship), lang, NARROW))
        found = re.search(rb'<svg[^>]* width="([0-9.]+)"', narrow)
        assert found and float(found[1]) <= 620, (lang, found)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_a_view_draws_in_each_language_with_its_question_and_labels(flagship: KnowledgeGraph, name: str, lang: str) -> None:
    saved = queries.saved(flagship.project, name)
    svg = drawing.svg(drawn(flagship, name, lang))
    shown = "".join(texts(svg).split())
    assert "…" not in shown
    assert "".join(saved.asked(lang).split()) in shown
    key = {"graph": "target", "map": "place"}.get(saved.view["type"], "label")
    answer = saved.run(flagship)
    assert isinstance(answer, Rows)
    at = answer.variables.index(saved.view[key])
    wanted = {"".join(flagship.presenter(lang).text(row[at]).split()) for row in answer if row[at] is not None}
    assert wanted
    assert [label for label in wanted if label not in shown] == []


@pytest.mark.parametrize("name", ["timeline", "corridor-on-the-map", "who-met-whom"])
def test_the_same_answer_makes_the_same_bytes(flagship: KnowledgeGraph, name: str) -> None:
    first, again = drawn(flagship, name), drawn(flagship, name)
    assert drawing.vega(first) == drawing.vega(again)
    assert drawing.svg(first) == drawing.svg(again)
    assert drawing.png(first) == drawing.png(again)


def test_a_png_has_twice_the_pixels_of_the_svg(flagship: KnowledgeGraph) -> None:
    described = drawn(flagship, "deposits-by-state")
    wide, high = struct.unpack(">II", drawing.png(described)[16:24])
    svg = ET.fromstring(drawing.svg(described))
    assert (wide, high) == (2 * int(svg.attrib["width"]), 2 * int(svg.attrib["height"]))


def test_what_is_more_or_about_is_told_from_what_is_exact(flagship: KnowledgeGraph) -> None:
    amounts = {each["label"][4:].replace("\n", " "): each for each in values(drawn(flagship, "amounts-ranked"))}
    assert amounts["CA+JAD Tokyo Initiative"]["is"] == "about"
    assert amounts["Russia's trade with Central Asia"]["is"] == "lower"
    assert amounts["Grant to Kyrgyzstan for retraining civil servants"]["is"] == "exact"
    assert amounts["Russia's trade with Central Asia"]["shown"] == "more than 45 billion"


@pytest.mark.parametrize(
    ("lang", "month", "amount", "axis"),
    [
        ("en", "June 2025", "more than 3.7 billion", "1,000"),
        ("ru", "июнь 2025 г.", "более 3,7\u00a0млрд", "1\u202f000"),
        ("ja", "2025年6月", "37億超", "1,000"),
    ],
)
def test_a_picture_writes_moments_and_numbers_as_its_readers_do(
    flagship: KnowledgeGraph, lang: str, month: str, amount: str, axis: str
) -> None:
    assert month in {each.get("shown") for each in values(drawn(flagship, "summits-of-2025", lang))}
    described = drawn(flagship, "amounts-ranked", lang)
    assert amount in {each.get("shown") for each in values(described)}
    assert axis in texts(drawing.svg(described))


def test_two_currencies_never_share_an_axis(flagship: KnowledgeGraph) -> None:
    saved = queries.saved(flagship.project, "amounts-ranked")
    picture = picture_of(saved, flagship, saved.run(flagship, currency=None), "en")
    titles = [panel["layer"][0]["encoding"]["x"]["axis"]["title"].split(",")[0] for panel in picture["vconcat"]]
    assert len(titles) == len(set(titles)) >= 3
    assert {"US dollar", "euro", "Japanese yen"} <= set(titles)


def test_a_season_and_a_month_are_spans_and_keep_their_words(flagship: KnowledgeGraph) -> None:
    summits = {each["shown"]: each for each in values(drawn(flagship, "summits-of-2025")) if "shown" in each}
    assert (summits["spring 2025"]["from"][:10], summits["spring 2025"]["until"][:10]) == ("2025-03-01", "2025-05-31")
    assert "2025年春" in {each.get("shown") for each in values(drawn(flagship, "summits-of-2025", "ja"))}
    assert (summits["June 2025"]["from"][:10], summits["June 2025"]["until"][:10]) == ("2025-06-01", "2025-06-30")


def test_what_has_no_date_or_no_coordinates_is_named(flagship: KnowledgeGraph) -> None:
    assert "Planned next CA+JAD summit" in " ".join(drawn(flagship, "history-of-format")["title"]["subtitle"])
    notes = " ".join(drawn(flagship, "corridor-on-the-map")["title"]["subtitle"])
    assert "Caspian Sea" in notes
    assert "Alat" in notes
    assert "Natural Earth" in notes


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_names_each_sentence_and_graph_that_its_answer_rests_on(flagship: KnowledgeGraph, name: str) -> None:
    found = queries.saved(flagship.project, name).run(flagship).evidence()
    rests = [flagship.names.shorten(each) for each in dict.fromkeys(source for row in found for source in row.sources)]
    sentences = [each.removeprefix("tokyo:") for each in rests if each.startswith("tokyo:")]
    (source,) = re.findall("Source: (.*)", " ".join(drawn(flagship, name)["title"]["subtitle"]))
    assert set(re.findall(r"P\d+\.S\d+", source)) <= set(sentences)
    assert len(re.findall(r"P\d+\.S\d+", source)) == min(len(sentences), 12)
    assert ("…" in source) == (len(sentences) > 12)
    assert len(source.split("; ")) == len(rests) - len(sentences) + bool(sentences)


def test_a_corridor_is_drawn_in_the_order_of_its_places(flagship: KnowledgeGraph) -> None:
    legs = [each for each in values(drawn(flagship, "corridor-on-the-map")) if "skips" in each]
    aktau, kuryk = (51.17392, 43.66105), (51.68116, 43.18032)
    ends = [((leg["x"], leg["y"]), (leg["x2"], leg["y2"])) for leg in legs]
    assert {end for _, end in ends[1:3]} == {aktau, kuryk}
    assert [leg["skips"] for leg in legs] == [False, False, False, True, True, False]


def test_an_answer_without_rows_says_what_that_means(flagship: KnowledgeGraph) -> None:
    saved = queries.saved(flagship.project, "summits-of-2025")
    none = Rows(["partner", "summit", "time", "from", "until", "place"], [])
    assert saved.empty["ru"] in texts(drawing.svg(picture_of(saved, flagship, none, "ru")))


HOSTILE = (
    "</text><script>alert(1)</script>",
    "]]>&amp;<!--",
    "datum.value; while(true){}",
    "a\nb\r\x00\u202ec",
    '"};alert(1);{"',
    "%s{0}{lang}${x}",
    "l" * 3000,
    "",
)


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("kind", ["bar", "dot", "timeline", "graph", "map"])
def test_a_hostile_label_is_text(kind: str, label: str) -> None:
    text, number, moment = ox.Literal(label), ox.Literal(7), ox.Literal("2025-01-01T00:00:00Z")
    view = {
        "type": kind,
        "label": "a",
        "value": "b",
        "unit": "a",
        "time": "c",
        "source": "a",
        "target": "d",
        "place": "a",
        "code": "e",
    }
    svg = drawing.svg(of(view, ["a", "b", "c", "d", "e"], (text, number, moment, text, ox.Literal("398"))))
    parsed = ET.fromstring(svg)
    assert not [each for each in parsed.iter() if each.tag.endswith("script")]


@pytest.mark.parametrize("number", ["NaN", "INF", "1e400", "many", "-5", "0"])
def test_a_number_that_cannot_be_drawn_does_no_harm(number: str) -> None:
    term = ox.Literal(number, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#double"))
    for kind in ("bar", "dot"):
        assert drawing.svg(of({"type": kind, "label": "a", "value": "b"}, ["a", "b"], (ox.Literal("x"), term)))


@pytest.mark.parametrize("moment", ["soon", "", "-0044-03-15T00:00:00Z", "99999-01-01T00:00:00Z", "2025-02-30"])
def test_a_time_that_cannot_be_drawn_is_named(moment: str) -> None:
    described = of({"type": "timeline", "label": "a", "time": "b"}, ["a", "b"], (ox.Literal("thing"), ox.Literal(moment)))
    assert "thing" in texts(drawing.svg(described))


@pytest.mark.parametrize(
    ("view", "wrong"),
    [
        ({}, "has no picture"),
        ({"type": "pie"}, "has no picture"),
        ({"type": "bar", "label": "a"}, "which variable is the value"),
        ({"type": "bar", "label": "a", "value": "bb"}, "'bb', which the answer does not have"),
        ({"type": "bar", "label": ["a"], "value": "b"}, "which the answer does not have"),
    ],
)
def test_a_view_that_does_not_fit_is_told(view: Mapping[str, Any], wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        of(view, ["a", "b"])


def test_a_yes_or_no_has_no_picture() -> None:
    with pytest.raises(UsageError, match="has no picture"):
        specification(YesNo(True), {"type": "bar"}, Presenter(NAMES), name="x", title="x", lang="en")


def test_more_rows_than_can_be_read_are_refused() -> None:
    rows = [(ox.Literal(f"row {at}"), ox.Literal(at)) for at in range(61)]
    with pytest.raises(UsageError, match="61 rows are too many"):
        of({"type": "bar", "label": "a", "value": "b"}, ["a", "b"], *rows)


def test_two_values_of_one_thing_are_never_added() -> None:
    rows = [(ox.Literal("portfolio"), ox.Literal(18)), (ox.Literal("portfolio"), ox.Literal(20))]
    described = of({"type": "bar", "label": "a", "value": "b"}, ["a", "b"], *rows)
    assert len({each["label"] for each in values(described)}) == 2
    assert described["layer"][0]["encoding"]["x"]["stack"] is None


def test_two_ways_between_the_same_things_are_two_lines(flagship: KnowledgeGraph) -> None:
    lines = [each for each in values(drawn(flagship, "exposure-to")) if "headX" in each]
    assert len({(each["kind"], each["y"]) for each in lines}) == 2


def test_a_qualifier_stands_where_its_language_puts_it(flagship: KnowledgeGraph) -> None:
    shown = {each["shown"] for each in values(drawn(flagship, "amounts-ranked", "ja"))}
    assert not [text for text in shown if "〜" in text or "～" in text]


def test_what_runs_in_a_circle_is_a_ring() -> None:
    edges = [(ox.Literal(one), ox.Literal(other)) for one, other in ("ab", "bc", "ca")]
    described = of({"type": "graph", "source": "x", "target": "y"}, ["x", "y"], *edges)
    assert len({each["name"] for each in values(described) if "name" in each}) == 3
    assert "abc" in "".join(sorted(texts(drawing.svg(described)).replace("Made", "")))


def test_a_state_is_known_by_its_number() -> None:
    west, south, east, north = shapes.box("398") or (0, 0, 0, 0)
    assert (int(west), int(south), int(east), int(north)) == (46, 40, 87, 55)
    assert shapes.box("999") is None
    assert shapes.middle("999") is None
    across, up = shapes.middle("643") or (0, 0)
    assert 80 < across < 110 and 55 < up < 68  # Russia reaches beyond the 180th meridian
    cut = shapes.cut((60, 40, 61, 41))
    assert "398" in {each["id"] for each in cut["objects"]["states"]["geometries"]}
    assert len(cut["arcs"]) < 200


@pytest.mark.parametrize(
    "frame", [(46.0, 35.0, 87.0, 55.0), (-20.0, -30.0, 20.0, 30.0), (100.0, -45.0, 150.0, -10.0), (-80.0, 25.0, 145.0, 60.0)]
)
def test_a_frame_fits_into_its_map(frame: tuple[float, float, float, float]) -> None:
    projection = Projection.of(frame, WIDE.width)
    corners = [projection.at((x, y)) for x in (frame[0], frame[2]) for y in (frame[1], frame[3])]
    assert all(-1 <= x <= WIDE.width + 1 and -1 <= y <= projection.high + 1 for x, y in corners)


def test_what_spans_half_the_world_is_not_bent_around_the_pole() -> None:
    wide, near = (Projection.of(frame, WIDE.width) for frame in ((-80.0, 25.0, 145.0, 60.0), (46.0, 35.0, 87.0, 55.0)))
    middle, edge = (wide.at((x, 45.0))[1] for x in (32.5, 140.0))
    assert abs(middle - edge) < 20
    assert near.at((66.5, 45.0))[1] - near.at((46.0, 45.0))[1] > 20


def test_names_of_near_places_do_not_lie_upon_each_other() -> None:
    moved = beside([(100, 100), (104, 104), (108, 100)], ["Aktau", "Kuryk", "Alat"], [True] * 3, (200, 200))
    assert len(set(moved)) == 3


def test_a_name_without_room_is_told_beside_the_map_and_never_stands_upon_another_state(flagship: KnowledgeGraph) -> None:
    text = "SELECT ?state ?code { ?state cajad:isoNumeric ?code } ORDER BY ?state"
    view = {"type": "map", "place": "state", "code": "code"}
    described = specification(flagship.sparql(text), view, flagship.presenter(), name="states", title="States", lang="en")
    named = {each["name"]: each for each in values(described) if "hasRoom" in each}
    assert {"Russia", "Kazakhstan", "China", "Japan"} < set(named) and "Georgia" not in named
    assert all(abs(each["down"]) < 10 and not each["right"] for each in named.values())
    assert "Georgia" in " ".join(described["title"]["subtitle"])


def test_no_name_is_cut_off_at_the_edge_of_a_map() -> None:
    points = [(4, 50), (196, 50), (100, 4), (100, 96)]
    for (x, y), moved in zip(points, beside(points, ["name"] * 4, [True] * 4, (200, 100)), strict=True):
        right, down = moved or (0, 0)
        assert 10 < x + right < 190 and 8 < y + down < 92


def test_lines_are_broken_as_each_language_breaks_them() -> None:
    lines = wrapped("各国の希土類鉱床の数を合わせると、示された総数に一致するか。", 22)
    assert len(lines) == 3
    assert not [line for line in lines if line[0] in "、。"]
    assert max(map(columns, wrapped("Какие суммы в долларах названы в статье", 20))) <= 20


def test_the_command_line_writes_pictures(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = shared_cache(tmp_path_factory)
    for form, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("vega", b'{"$schema"')):
        file = tmp_path / f"picture.{form}"
        done = run("-C", ROOT, "query", "deposits-by-state", "--format", form, "--lang", "ja", "-o", file, cache=cache)
        assert done.code == 0, done.err
        assert file.read_bytes().startswith(start)
    assert "カザフスタン" in texts((tmp_path / "picture.svg").read_bytes())
    assert json.loads((tmp_path / "picture.vega").read_bytes())["$schema"].endswith("vega-lite/v6.json")


def test_the_command_line_says_what_to_do_where_there_is_no_picture(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache, file = shared_cache(tmp_path_factory), tmp_path / "none.svg"
    done = run("-C", ROOT, "query", "opinions", "--format", "svg", "-o", file, cache=cache)
    assert done.code == 2
    assert "opinions has no picture" in done.err
    assert not file.exists()


def test_any_answer_can_be_written_to_a_file(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache, file = shared_cache(tmp_path_factory), tmp_path / "answer.csv"
    done = run("-C", ROOT, "query", "deposits-by-state", "--format", "csv", "-o", file, cache=cache)
    assert (done.code, done.out) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("state,deposits")
    refused = run("-C", ROOT, "query", "deposits-by-state", "-o", tmp_path / "no" / "folder.csv", cache=cache)
    assert refused.code == 2
    assert "cannot be written" in refused.err


def test_asking_without_a_picture_does_not_load_what_draws(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = "import sys; import kg.cli; print('vl_convert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "False\n"


def test_a_project_without_pictures_needs_none(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = project(tmp_path / "own", {"queries/all.rq": "#+ question: {en: all}\nSELECT ?s { ?s ?p ?o }"})
    done = run("-C", root, "query", "all", "--format", "png", cache=shared_cache(tmp_path_factory))
    assert done.code == 2
    assert "all has no picture" in done.err


def test_a_graph_names_what_is_joined_to_nothing(flagship: KnowledgeGraph) -> None:
    specified = drawn(flagship, "needs-of-state")
    assert specified["title"]["subtitle"][0] == "Joined to nothing: Turkmenistan"
