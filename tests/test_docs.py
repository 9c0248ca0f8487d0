"""What the documentation shows is what happens: commands run, outputs are real, tables are complete."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import kg
from kg.answers import FORMATS
from kg.checks import RULES
from kg.cli import cli
from kg.options import LANGUAGES
from tests.program import ROOT, environment, run, shared_cache

README = (ROOT / "README.md").read_text(encoding="utf-8")
LEFT_OUT = "…"


class Example(NamedTuple):
    """A command and the output that is shown below it; `code` is the exit code that a comment states (`# exits 1`)."""

    command: str
    shown: list[str] | None
    code: int


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def example(line: str, shown: list[str] | None) -> Example:
    stated = re.search(r"#.*\bexits? (?:with )?(\d)", line)
    return Example(line, shown, int(stated[1]) if stated else 0)


def consoles() -> Iterator[Example]:
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            yield example(command, shown)


def scripts() -> Iterator[Example]:
    for block in blocks("sh"):
        yield from (example(line, None) for line in block.splitlines() if line.startswith("kg "))


EXAMPLES = [*consoles(), *scripts()]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared_cache(tmp_path_factory)


def fits(shown: list[str], real: list[str]) -> bool:
    """Whether the lines are the real ones, where `…` alone stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == LEFT_OUT else re.escape(line.rstrip()) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in real)) is not None


def test_left_out_lines_are_the_only_freedom() -> None:
    assert fits(["a", LEFT_OUT, "d"], ["a", "b", "c", "d"])
    assert fits([LEFT_OUT], [])
    assert not fits(["a", "d"], ["a", "b", "d"])
    assert not fits(["a"], ["a", "b"])


@pytest.mark.parametrize("shown", EXAMPLES, ids=lambda example: example.command)
def test_an_example_of_the_readme_does_what_it_shows(cache: Path, tmp_path: Path, shown: Example) -> None:
    program, *arguments = shlex.split(shown.command, comments=True)
    assert program == "kg"
    ended = run(*arguments, cache=cache, cwd=tmp_path)
    assert ended.code == shown.code, ended
    if shown.shown is not None:
        assert fits(shown.shown, ended.out.splitlines()), ended.out


def test_the_readme_shows_examples_with_their_outputs() -> None:
    assert len([each for each in EXAMPLES if each.shown]) >= 5


@pytest.mark.parametrize("text", blocks("python"))
def test_the_python_of_the_readme_runs(cache: Path, tmp_path: Path, text: str) -> None:
    ended = subprocess.run([sys.executable, "-c", text], cwd=tmp_path, capture_output=True, text=True, env=environment(cache))
    assert ended.returncode == 0, ended.stderr


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in cli.commands if f"`kg {name}" not in README] == []
    assert len(cli.commands) == 11


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"`kg ([a-z]+)", README))
    assert named - cli.commands.keys() == set()


def test_every_format_is_in_the_readme() -> None:
    assert [form.name for form in FORMATS if f"`{form.name}`" not in README] == []


def test_every_language_is_in_the_readme() -> None:
    assert [lang for lang in LANGUAGES[1:] if f"--lang {lang}" not in README] == []


def test_every_code_of_a_check_is_in_the_readme_with_its_severity_and_meaning() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (error|warning|note) \| (.*) \|$", README, re.MULTILINE)
    assert {code: (severity, meaning) for code, severity, meaning in rows} == {code: tuple(rule) for code, rule in RULES.items()}


def test_the_readme_counts_the_saved_questions() -> None:
    assert f"{len(list((ROOT / 'queries').glob('*.rq')))} saved questions" in README


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    texts = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)", texts)) | set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_every_link_leads_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert [link for link in links if not any((ROOT / f"{link}{end}").exists() for end in ("", ".md"))] == []


def test_the_changelog_has_the_present_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(kg.__version__)}\b", changelog, re.MULTILINE)
