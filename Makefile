# make run    set up and play the flagship scenario
# make test   set up and run the tests
# make check  linter, type checker, tests
# make docs   generate the reference pages and build the documentation into build/docs
# make bench  measure speed and memory (see benchmarks/README.md)

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
KERNEL = $(wildcard negosim/engine/kernel/*.[ch]) negosim/engine/kernel/build.py hatch_build.py
SCENARIO ?= scenarios/ukraine-2025-12.yaml

.PHONY: run test check docs bench clean

run: $(VENV)/run.stamp
	$(BIN)/negosim run $(SCENARIO)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

docs: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	$(BIN)/python -m docs.generate
	$(BIN)/python -m sphinx -W -b html docs build/docs

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist out

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python pyproject.toml $(KERNEL)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/bin/python pyproject.toml $(KERNEL)
	$(BIN)/python -m pip install --quiet --editable ".[dev,data,notebook,cluster,analysis]"
	touch $@ $(VENV)/run.stamp
