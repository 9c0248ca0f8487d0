"""The wheel carries the flagship project and runs where nothing of the checkout is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parents[1]
CARRIED = [path for folder in ("ontology", "data", "queries") for path in (ROOT / folder).rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], check=True, capture_output=True)
    return folder


def only(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    assert len(found) == 1
    return found[0]


@pytest.mark.slow
def test_the_wheel_carries_the_project_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        names = [name for name in wheel.namelist() if ".dist-info/" not in name]
        assert wheel.read("kg/bundled/kg.toml") == (ROOT / "kg.toml").read_bytes()
    bundled = {name.removeprefix("kg/bundled/") for name in names if name.startswith("kg/bundled/")}
    assert bundled == {path.relative_to(ROOT).as_posix() for path in CARRIED} | {"kg.toml"}
    assert len(bundled) > 10
    assert {name.split("/")[0] for name in names} == {"kg"}


BUNDLES = ("kg/web/static", "kg/pictures/drawn")


@pytest.mark.slow
def test_both_carry_what_pages_and_pictures_need_so_that_nobody_needs_node(built: Path) -> None:
    made = {path.relative_to(ROOT).as_posix() for folder in BUNDLES for path in (ROOT / folder).iterdir()}
    assert len([name for name in made if name.endswith((".js", ".css", ".ttf"))]) >= 10
    with zipfile.ZipFile(only(built, "*.whl")) as wheel:
        assert made <= set(wheel.namelist())
        assert not [name for name in wheel.namelist() if name.startswith("kg/web/front") or "node_modules" in name]
    with tarfile.open(only(built, "*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert made | {path.relative_to(ROOT).as_posix() for path in (ROOT / "kg/web/front").iterdir()} <= names


@pytest.mark.slow
def test_the_source_archive_is_installed_without_node(built: Path, tmp_path: Path) -> None:
    with tarfile.open(only(built, "*.tar.gz")) as archive:
        archive.extractall(tmp_path, filter="data")
    (root,) = tmp_path.iterdir()
    build: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path / "dist", root]
    ran = subprocess.run(build, capture_output=True, text=True, env={**os.environ, "PATH": "/nowhere"}, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert only(tmp_path / "dist", "*.whl").is_file()


def test_a_bundle_is_stale_once_a_source_changes(tmp_path: Path) -> None:
    for folder in (*BUNDLES, "kg/web/front"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    fresh = [
        sys.executable,
        "-c",
        "from hatch_build import is_fresh; from pathlib import Path; import sys; print(is_fresh(Path(sys.argv[1])))",
    ]
    asked = [*fresh, str(tmp_path)]
    assert subprocess.run(asked, check=True, capture_output=True, text=True, cwd=ROOT).stdout == "True\n"
    (tmp_path / "kg/web/front/app.js").write_text("// changed")
    assert subprocess.run(asked, check=True, capture_output=True, text=True, cwd=ROOT).stdout == "False\n"


def test_the_lock_file_names_no_host() -> None:
    assert "resolved" not in (ROOT / "kg/web/front/package-lock.json").read_text()


@pytest.mark.slow
def test_the_source_archive_has_has_the_tests_and_the_licences(built: Path) -> None:
    with tarfile.open(only(built, "*.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "LICENSE-DATA", "Makefile", "constraints.txt", "tests/test_packaging.py", "kg.toml"} <= names
    assert not [name for name in names if name.startswith((".venv", "build/", "dist/"))]


@pytest.mark.slow
def test_an_installed_wheel_asks_its_own_copy(built: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    target = next((tmp_path / "env").glob("lib/python3*/site-packages"))
    wheel = only(built, "*.whl")
    install = ["-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, *install], check=True, capture_output=True)
    # The dependencies come from this environment, so that the test needs no network.
    (target / "dependencies.pth").write_text(next(path for path in sys.path if path.endswith("site-packages")) + "\n")
    program = "import kg; from kg import project; print(kg.__version__, project.find().root)"
    ran = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert ran.stdout.split() == [kg.__version__, str((target / "kg" / "bundled").resolve())]
    script = subprocess.run([python.with_name("kg"), "--version"], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert kg.__version__ in script.stdout


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    pinned = {line.partition("==")[0].lower() for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    assert len(wanted) > 10
    assert [each for each in wanted if each.partition(">")[0].lower() not in pinned] == []


def test_pins_name_no_host_and_no_folder() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert pins
    assert [line for line in pins if "/" in line or "@" in line] == []
