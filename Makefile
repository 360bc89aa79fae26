# minben: two commands matter, `make run` and `make test`.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
SYNC = $(BIN)/uv pip sync -q --compile-bytecode $(1) && $(BIN)/uv pip install -q --no-deps -e . \
	|| { $(BIN)/pip install -q -r $(1) && $(BIN)/pip install -q --no-deps -e .; }

help: ## what you can make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.venv/runs: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/pip install -q uv || true
	@test -e .venv/checks || { $(call SYNC,requirements.lock); }
	@touch $@

.venv/checks: requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/pip install -q uv || true
	@$(call SYNC,requirements-dev.lock)
	@touch $@ .venv/runs

run: .venv/runs ## the demo town at http://localhost:8000, this machine only
	@$(BIN)/minben run

check: .venv/checks ## format, lint, types, floors, house and fast tests: under a minute
	@scripts/check

fix: .venv/checks ## let the tools mend what they can
	@$(BIN)/ruff format -q . ; $(BIN)/ruff check -q --fix .

test: .venv/checks ## everything: both databases, real processes, a real browser
	@scripts/test

soak: .venv/checks ## endurance: parts killed while families are paid, every path of four parties, Spark
	@$(BIN)/pytest -m soak

docs: .venv/checks ## write what is derived: the index of decisions, the reference of commands
	@$(BIN)/python scripts/docs.py

.PHONY: help run check fix test soak docs
