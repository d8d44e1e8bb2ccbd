# Every target sets up what it needs, from nothing but Python 3.11 or later, git and make.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/ready
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help setup demo test faults fuzz chaos check format run bench conformance pictures lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(READY) ## an epic from label to merged commits, all on this machine (KEEP=1, SCENARIO=happy|conflict|red-ci|review|plan|parallel|budget|epic-branch; happy unless told)
	@$(BIN)/orchestra demo $(if $(KEEP),--keep) $(if $(SCENARIO),--scenario $(SCENARIO))

# One more at work than there are cores: each waits for its database now and then.
test: $(READY) ## all tests (FULL=1: each story on SQLite and PostgreSQL, and many more examples)
	@$(BIN)/python -m pytest -n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)') $(if $(FULL),--thorough) $(ARGS)

faults: $(READY) ## an epic with every wrong answer that GitHub or Cursor may give (ARGS="--database postgresql --only TEXT")
	@$(BIN)/python -m tests.faults $(ARGS)

fuzz: $(READY) ## hostile strings through every door (ARGS="--database postgresql --strings 100000 --seed 1")
	@$(BIN)/python -m tests.hostile $(ARGS)

chaos: $(READY) ## kill -9 of each process of `orchestra up` during an epic (ARGS="--kills 20 --seed 1")
	@$(BIN)/python -m tests.chaos $(ARGS)

check: $(READY) ## formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --explicit-package-bases $(wildcard bot jobs storage sandbox tests benchmarks)
	$(BIN)/lint-imports

format: $(READY) ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

run: $(READY) ## the product on this machine: web, workers, clock, queue and database
	@$(BIN)/orchestra up $(ARGS)

bench: $(READY) ## speed of intake and turnaround
	@$(BIN)/python -m benchmarks $(ARGS)

conformance: $(READY) ## the demo's traffic against GitHub's published OpenAPI (needs npm)
	@$(BIN)/python -m tests.conformance $(ARGS)

pictures: $(READY) ## the pictures in docs/images (needs chromium and npm)
	@$(BIN)/python -m tests.pictures

setup: $(READY) ## what the other targets need: .venv with the locked dependencies

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.x")'
	@echo 'Setting up $(VENV): locked dependencies, then Orchestra itself'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-deps --require-hashes -r constraints.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

lock: ## make constraints.txt anew from pyproject.toml
	@dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
	$(PYTHON) -m venv "$$dir" && \
	"$$dir/bin/python" -m pip --quiet --disable-pip-version-check install uv && \
	"$$dir/bin/uv" pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra dev pyproject.toml -o constraints.txt \
		--no-header --no-emit-index-url --no-emit-find-links --no-annotate

clean: ## remove what the targets have made, the data of `make run` excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis .conformance
	find bot jobs storage sandbox tests -name __pycache__ -type d -prune -exec rm -rf {} +
