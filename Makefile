# make run    the main job on the real content: environment, install, `kg tour`
# make test   the same environment, all tests: lint, format, types, pytest
# make check  what a commit must pass before its tests: lint, format, types, `kg check`
# make assets the scripts and styles of the pages, bundled anew where their sources changed
# make coverage · docs · screenshots · bench   how much of the text is in the graph · the ontology's page · the pages · speed
#
# PYTHON chooses the interpreter of a new environment; PYTEST_ARGS goes to pytest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test check lint coverage docs bench assets chromium screenshots

run: $(VENV)/.runtime
	$(BIN)/kg tour

test: lint chromium
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

# The tests' browser is a package of the system: it is installed where that may be done; else its tests are skipped, and say so.
chromium:
	@command -v chromium chromium-browser >/dev/null || \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 || \
	  echo "NO BROWSER IS TESTED: chromium is not installed, and cannot be installed by this user" >&2

screenshots: $(VENV)/.complete chromium
	$(BIN)/python -m docs.screenshots

check: lint
	$(BIN)/kg check

lint: $(VENV)/.complete
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: $(VENV)/.complete
	$(BIN)/python -m tests.coverage

docs: $(VENV)/.runtime
	$(BIN)/python -m kg.ontology_page -o build/ontology.html

assets: $(VENV)/.runtime

bench: $(VENV)/.complete
	$(BIN)/python -m benchmarks

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kg needs Python 3.11 or newer, and '$(PYTHON)' is not; try: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# An installation makes the bundle of kg/web/front anew where that changed.
SOURCES := pyproject.toml constraints.txt hatch_build.py $(wildcard kg/web/front/*)

# The stamps say what is installed, so that a second run installs nothing.
$(VENV)/.runtime: $(SOURCES) | $(BIN)/python
	$(INSTALL) -e .
	@touch $@

$(VENV)/.complete: $(SOURCES) | $(BIN)/python
	$(INSTALL) -e '.[test]'
	@touch $@ $(VENV)/.runtime
