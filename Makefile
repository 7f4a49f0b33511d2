# Two commands do everything on a fresh machine: `make build` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := tests

.PHONY: help build test check bench chaos docs pictures clean

help:  ## Show these lines
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 10

build: $(VENV)/ready  ## Set up and build the repository's own workspace into build/
	$(BIN)/newsletter build

test: $(VENV)/ready-dev  ## Set up and run the tests
	$(BIN)/python -m pytest -q -n 2 $(ARGS)

check: $(VENV)/ready-dev  ## Style, types and the house: ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/ready-dev  ## Measure speed, as ratios within one run
	$(BIN)/python bench/build.py $(ARGS)

chaos: $(VENV)/ready-dev  ## Kill a send of 2,000 at 200 random points on each database, and count
	$(BIN)/python tests/chaos $(ARGS)

docs: $(VENV)/ready-dev  ## Write what is generated: schemas and the list of checks
	$(BIN)/python scripts/write_docs.py

pictures: $(VENV)/ready-dev  ## Draw the pictures of docs/reports.md anew
	$(BIN)/python scripts/report_pictures.py

clean:  ## Remove everything that was made
	rm -rf $(VENV) $(NODE)/node_modules .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find build -mindepth 1 ! -name .gitignore -delete

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsletter needs Python 3.11 or newer: make PYTHON=python3.12 build")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
