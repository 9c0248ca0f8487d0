# make run    the main job on the real content: environment, install, `kg tour`
# make test   the same environment, all tests: lint, format, types, pytest
# make check  what a commit must pass before its tests: lint, format, types, `kg check`
# make assets the scripts and styles of the pages, bundled anew where their sources changed
# make coverage · docs · bench   how much of the text is in the graph · the ontology's page · speed
#
# PYTHON chooses the interpreter of a new environment; PYTEST_ARGS goes to pytest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test check lint coverage docs bench assets browser

run: $(VENV)/.runtime
	$(BIN)/kg tour

test: lint browser
	$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

check: lint
	$(BIN)/kg check

lint: $(VENV)/.complete
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The tests of the pages drive Debian's Chromium. Where nobody may install it they are skipped, and say so.
browser:
	@command -v chromium >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && apt-get -qq -y install chromium; } || \
	  echo "no chromium: the pages are not tested in a browser; try: apt-get install chromium" >&2

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
