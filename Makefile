# Everything runs through two commands: `make study` and `make test`. `make help` lists the rest.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
RUN := $(BIN)/python
NEWEST := $(subst .venv,.venv-newest,$(RUN))
NOT_COVERED := browser load notebooks stability experiments/test_cluster.py security/test_offline.py \
	test_figures.py test_house.py test_mutation.py test_newest.py
SETUP := .venv/.set-up

.PHONY: help study test test-long test-slow test-newest coverage lab data models bench reproduce settle format clean setup
help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14
	@$(PYTHON) tests/code_lines.py

setup: $(SETUP)  ## make .venv as requirements.lock says; nothing to do if it stands
$(SETUP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is {v[0]}.{v[1]}. Say which one: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(SETUP)

study: $(SETUP)  ## run every notebook, build the book, say where it is
	$(RUN) -m karma_lib.study

test: $(SETUP)   ## everything that must hold: code, examples, notebooks, style
	$(RUN) -m pytest

test-long: FIGURES := docs/trust.md
test-long: test-slow coverage test-newest  ## the three below; writes their figures into docs/trust.md

test-slow: $(SETUP)  ## the tests that take minutes, and the other Pythons
	$(RUN) -m tests.stability.pythons
	$(RUN) -m pytest -m "long or claim" $(addprefix --figures=,$(FIGURES))

test-newest:     ## the tests on the newest releases (installs them into .venv-newest)
	@test -x $(NEWEST) || $(PYTHON) -m venv .venv-newest
	$(NEWEST) -m pip install --quiet --disable-pip-version-check --upgrade --upgrade-strategy eager --editable ".[lab,cluster,book,test,dev]"
	$(NEWEST) -m tests.newest
	$(NEWEST) -m pytest
	@$(NEWEST) -m tests.newest $(FIGURES)

coverage: $(SETUP)  ## the branches that tests reach, with kernels interpreted; fails below 95 %
	$(RUN) -m coverage erase
	NUMBA_DISABLE_JIT=1 $(RUN) -m coverage run -m pytest -n0 -p tests.interpreted --cases 12 --seconds 1.5 $(addprefix --ignore=tests/,$(NOT_COVERED)) tests karma_lib; failed=$$?; \
	$(RUN) -m coverage combine -q && $(RUN) -m coverage report && $(RUN) -m coverage json -q -o - | $(RUN) -m tests.branches $$(test $$failed -ne 0 || echo $(FIGURES)) && exit $$failed

lab: $(SETUP)    ## open JupyterLab on the notebooks
	$(RUN) -m jupyterlab notebooks

data: $(SETUP)   ## fetch every real data set and say what there is
	$(RUN) -m karma_lib.datasets

models: $(SETUP) ## train the classifier of hostile comments and print its trial
	$(RUN) -m karma_lib.text

reproduce: $(SETUP)  ## compute the ledger: published values beside ours
	$(RUN) -m karma_lib.reproduction

bench:           ## measure the peers beside us (installs them into benchmarks/.venv)
	@test -x benchmarks/.venv/bin/python || $(PYTHON) -m venv benchmarks/.venv
	benchmarks/.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	benchmarks/.venv/bin/python benchmarks/peers.py
	PYTHONPATH=. benchmarks/.venv/bin/python benchmarks/bench.py

settle: $(SETUP) ## run the notebooks and rewrite their committed outputs
	$(RUN) -m karma_lib.study --settle

format: $(SETUP) ## put the code into the house's form
	$(RUN) -m ruff format
	$(RUN) -m ruff check --fix

clean:           ## remove what was built; .venv stays
	rm -rf build .pytest_cache .mypy_cache .ruff_cache
