# `make` prints what there is to make.
.DEFAULT_GOAL := help
SHELL := /bin/sh
# The oldest Python that we support is the one that we run; PYTHON=... chooses another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MEMBERS := shared services/ingest services/entities services/events services/index services/search services/watch deploy/local
MANIFESTS := $(addsuffix /pyproject.toml,$(MEMBERS))

.PHONY: help setup run test test-compose env check format docs dashboards bench bench-search faults evaluate lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make .venv with everything that the lock file names, and .venv/bin/tidings

$(READY): requirements.lock $(MANIFESTS)
	@test -n "$(PYTHON)" || { echo "Tidings needs Python 3.11 to 3.13, and there is none on PATH: install it, or make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Tidings needs Python 3.11 to 3.13, this is " + sys.version.split()[0] + ": make PYTHON=python3.11 ...")'
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "Python's venv is missing: apt-get install python3-venv (Debian, Ubuntu)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps $(addprefix -e ./,$(MEMBERS))
	@touch $@

run: setup ## start everything, push seeds/, show what was found; Ctrl-C stops it
	@$(BIN)/tidings run

test: check ## check, then every test, on real engines of its own
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: setup ## format, lint, types
	@$(BIN)/ruff format --check --quiet . || { echo "make format mends this"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

env: ## make passwords for docker compose: writes .env [FORCE=--force]
	@deploy/make-env.sh .env $(FORCE)

test-compose: setup ## try docker-compose.yml on the engine that DOCKER_HOST names [STAND_INS=--stand-ins] [KEEP=--keep]
	@$(BIN)/python -m tests.compose $(STAND_INS) $(KEEP)

format: setup ## format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

docs: setup ## write docs/metrics.md from the declarations
	@$(BIN)/python -m tidings.metrics_docs

dashboards: setup ## write deploy/grafana/dashboards and the runbooks that /status shows
	@PYTHONPATH=deploy/grafana $(BIN)/python -m tidings_dashboards

bench: setup ## measure speed: make bench ARTICLES=FILE.jsonl
	@$(BIN)/python -m tidings_local.bench $(if $(ARTICLES),--articles $(ARTICLES))

bench-search: setup ## measure search: make bench-search ARTICLES=FILE.jsonl [COUNT=100000]
	@$(BIN)/python -m tidings_local.bench_search $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(COUNT),--count $(COUNT))

faults: setup ## kill what can be killed: make faults [FAULT="3 poison"] [ARTICLES=2000] [FROM=FILE]
	@$(BIN)/python -m tests.faults $(if $(FAULT),--fault "$(FAULT)") $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(FROM),--from "$(FROM)")

evaluate: setup ## how well the extractors read: make evaluate [SAVE=--save] [MISTAKES=3]
	@$(BIN)/tidings evaluate tests/evaluation/blind tests/evaluation/open --figures tests/evaluation/figures.json --mistakes $(or $(MISTAKES),3) $(SAVE)

lock: setup ## choose versions anew: writes requirements.lock
	@$(BIN)/uv lock --quiet --upgrade
	@$(BIN)/uv export --quiet --all-packages --no-emit-workspace --no-header --no-annotate > requirements.lock

clean: ## remove what make made here; downloads and data stay
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
