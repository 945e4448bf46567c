# Everything starts here: `make up` and `make test` need nothing but Python >= 3.11 and make.

# The first Python on the PATH that is new enough; where there is none, install.py says so in one sentence.
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; done; echo python3)
endif

CRM := .venv/bin/crm
# One more than there are cores to begin with: some tests wait.
WORKERS ?= 3
# Dozens of processes are started by these commands: none compiles again what another one has compiled.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: up down reset doctor test test-deep check bench migrate schema settings rules install lock

up: install
	@exec $(CRM) up

# These look at what runs, and so must not install anything under its feet.
down reset doctor: | $(CRM)
	@$(CRM) $@

$(CRM):
	@$(MAKE) --no-print-directory install

install:
	@command -v $(PYTHON) >/dev/null || { echo "Mingce needs Python 3.11 or newer: install it, or name it: make up PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) service/app/install.py

test: install
	@.venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not deep"

# DEEP_SEED=12 makes other twins and asks other questions.
test-deep: install
	@.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal -m deep

check: install
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/pyright
	@.venv/bin/lint-imports
	@$(CRM) schema --check
	@$(CRM) check-migrations
	@.venv/bin/python -m pytest tests/architecture

bench: install
	@.venv/bin/python -m tests.benchmarks

migrate: install
	@$(CRM) migrate

rules:
	@.venv/bin/python -m tests.rule_list > docs/rules.md

schema: install
	@$(CRM) schema > schema.graphql

settings: install
	@$(CRM) settings > docs/settings.md

# Needs uv. The locks name no index, so that they work with whichever the machine is set to. The second is what the image
# gets: the same versions, without what only tests and `make up` need.
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --generate-hashes \
	--custom-compile-command "make lock" --quiet

lock:
	$(COMPILE) --all-extras --output-file requirements.lock
	$(COMPILE) --constraint requirements.lock --output-file requirements.runtime.lock
