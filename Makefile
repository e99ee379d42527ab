# make run          set up and play the flagship scenario
# make test         set up and run the tests
# make check        linter, type checker, tests; with Node, that the front end's bundle is what its source builds
# make frontend     build the front end's bundle into the package (needs Node)
# make docs         generate the reference pages and build the documentation into build/docs
# make evidence     play the past negotiations again; write what they say into the documentation and the package
# make pictures     play the flagship and make the README's two pictures from its report (needs Chromium)
# make bench        measure speed and memory (see benchmarks/README.md)
# make drift        run the tests with the newest version of every package, in .venv-drift
# make constraints  list the newest versions in constraints-X.Y.txt, for the Python X.Y that PYTHON names
# make wheel-check  build the wheel, install it elsewhere and use it from an empty folder

PYTHON ?= python3
VENV ?= .venv
DRIFT ?= .venv-drift
BIN = $(VENV)/bin
KERNEL = $(wildcard negosim/engine/kernel/*.[ch]) negosim/engine/kernel/build.py hatch_build.py
SCENARIO ?= scenarios/ukraine-2025-12.yaml
EXTRAS = dev,data,notebook,cluster,analysis

# The versions that are known to work with the Python of the environment, for it and for what builds the package (older
# and newer versions of pip take the latter from different variables). Where no list is there: the newest.
VERSION = import sys; print("%d.%d" % sys.version_info[:2])
PINS = $(wildcard constraints-$(shell $(BIN)/python -c '$(VERSION)').txt)
PINNED = $(if $(PINS),PIP_CONSTRAINT=$(PINS) PIP_BUILD_CONSTRAINT=$(PINS))
PIP = $(PINNED) $(BIN)/python -m pip
LISTED = pip list --format=freeze --exclude negosim --exclude pip --exclude setuptools

# What opens reports in a browser needs Chromium, and the checker that npm installs.
CHROMIUM = $(shell command -v chromium || command -v google-chrome)
NPM = $(shell command -v npm)
MARKS = $(if $(and $(CHROMIUM),$(NPM)),,-m "not browser")

.PHONY: run test check frontend frontend-check docs evidence pictures bench drift drift-quick drift-install constraints wheel-check clean

run: $(VENV)/run.stamp
	$(BIN)/negosim run $(SCENARIO)

test: $(VENV)/dev.stamp $(if $(NPM),frontend/node_modules/stamp)
	$(if $(MARKS),@echo "Without Chromium or npm the tests in a browser are left out.")
	$(BIN)/python -m pytest -n auto $(MARKS)

check: $(VENV)/dev.stamp $(if $(NPM),frontend-check)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(if $(MARKS),@echo "Without Chromium or npm the tests in a browser are left out.")
	$(BIN)/python -m pytest -n auto $(MARKS)

frontend: frontend/node_modules/stamp
	cd frontend && npm run check && npm run build

frontend-check: frontend/node_modules/stamp
	cd frontend && npm run check && npx vite build --logLevel warn --outDir ../build/frontend
	diff -rq build/frontend negosim/report/html/bundle || (echo "The bundle is not what its source builds: run make frontend." && false)

frontend/node_modules/stamp: frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	touch $@

docs: $(VENV)/dev.stamp
	$(PIP) install --quiet --editable ".[docs]"
	$(BIN)/python -m docs.generate
	$(BIN)/python -m sphinx -W -b html docs build/docs

evidence: $(VENV)/dev.stamp
	$(BIN)/python -m docs.evidence

pictures: $(VENV)/dev.stamp
	$(BIN)/python -m docs.pictures

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

drift: drift-install
	$(DRIFT)/bin/python -m pytest -n auto

drift-quick: drift-install
	$(DRIFT)/bin/python -m tests.imports
	$(DRIFT)/bin/python -m pytest -q -n auto tests/test_reader.py tests/test_parsers.py
	$(DRIFT)/bin/negosim run $(SCENARIO) --trials 100 > build/drift-answer.txt

drift-install:
	mkdir -p build
	$(PYTHON) -m venv $(DRIFT)
	$(DRIFT)/bin/python -m pip install --quiet --upgrade pip
	$(DRIFT)/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable ".[$(EXTRAS)]"
	@echo "What the newest packages have beside those of the constraints:"
	@$(DRIFT)/bin/python -m $(LISTED) | diff "constraints-$$($(DRIFT)/bin/python -c '$(VERSION)').txt" - | grep '^>' || true

constraints:
	rm -rf build/constraints
	mkdir -p build
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --editable ".[$(EXTRAS),docs]" hatchling editables
	build/constraints/bin/python -m $(LISTED) > build/constraints.txt
	mv build/constraints.txt "constraints-$$(build/constraints/bin/python -c '$(VERSION)').txt"

wheel-check: $(VENV)/run.stamp
	$(PINNED) $(BIN)/python -m tests.wheel

clean:
	rm -rf $(VENV) $(DRIFT) build dist out frontend/node_modules

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python pyproject.toml $(KERNEL) $(wildcard constraints-*.txt)
	$(PIP) install --quiet --editable .
	touch $@

$(VENV)/dev.stamp: $(VENV)/bin/python pyproject.toml $(KERNEL) $(wildcard constraints-*.txt)
	$(PIP) install --quiet --editable ".[$(EXTRAS)]"
	touch $@ $(VENV)/run.stamp
