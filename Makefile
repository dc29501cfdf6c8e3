# One environment in .venv serves every target; a stamp in it says which lock file it holds.
# Each stamp is renewed only when its lock file or pyproject.toml is newer, so starting costs nothing.
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help chat test lint style types contracts scan bench faults mutation lock clean FORCE

help: ## show these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

chat: .venv/chat.stamp ## talk to Billhook in this terminal, or pipe messages in (ARGS go to `billhook chat`)
	@.venv/bin/billhook chat $(ARGS)

# Tests of processes wait for them, so one more than there are cores keeps these busy; a selection is over before a
# second one would have started. What they compile is kept, for they start many programs.
PROCESSES = $$(.venv/bin/python -c 'import os; print(min((os.cpu_count() or 1) + 1, 4))')
test: .venv/dev.stamp ## run the whole test suite (ARGS go to pytest)
	@PYTHONDONTWRITEBYTECODE= .venv/bin/pytest $(if $(strip $(ARGS)),$(ARGS),-n $(PROCESSES) --dist worksteal)

lint: style types contracts scan ## style, types, import contracts, secrets and paths

style: .venv/dev.stamp
	@.venv/bin/ruff check --quiet --output-format concise .
	@.venv/bin/ruff format --check --quiet . || { echo 'Run .venv/bin/ruff format.'; exit 1; }

types: .venv/dev.stamp
	@.venv/bin/mypy

contracts: .venv/dev.stamp
	@.venv/bin/lint-imports

scan: .venv/dev.stamp
	@.venv/bin/python tools/scan.py

bench: .venv/bench.stamp ## measure speed (ARGS go to the benchmark)
	@.venv/bin/python -m bench $(ARGS)

faults: .venv/dev.stamp ## kill, cut off and restart everything for ten minutes, and look whether everything holds (ARGS=--planted: planted bugs)
	@.venv/bin/python -m tests.faults.driver $(ARGS)

mutation: .venv/bench.stamp ## plant small mistakes into what money depends on, and count how many are found (ARGS=core.money: one module)
	@.venv/bin/python -m tools.mutation $(ARGS)

# A stamp counts only in the folder it was made in and while its interpreter is still there:
# the scripts in .venv/bin name both by absolute path.
ifneq ($(shell test -x .venv/bin/python && cat .venv/home 2>/dev/null),$(CURDIR))
.venv/chat.stamp .venv/dev.stamp .venv/bench.stamp: FORCE
endif
.venv/chat.stamp: requirements.txt pyproject.toml
.venv/dev.stamp: requirements-dev.txt pyproject.toml
.venv/bench.stamp: requirements-bench.txt pyproject.toml

# Standard input belongs to the chat and standard output to its replies, so installing gets neither.
.venv/%.stamp:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' </dev/null >/dev/null 2>&1 \
	|| { echo 'Billhook needs Python 3.11 or newer with venv; name one with `make PYTHON=python3.12 $(MAKECMDGOALS)`.' >&2; exit 1; }
	@$(PYTHON) tools/environment.py $* </dev/null >&2

# `make lock` keeps the versions it finds; `make lock ARGS=--upgrade` takes the newest.
COMPILE = .venv-lock/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command 'make lock' $(ARGS)
lock: ## pin every dependency with its hashes
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/pip install -qq --upgrade uv
	@$(COMPILE) --group build -o requirements.txt
	@$(COMPILE) --group dev --constraint requirements.txt -o requirements-dev.txt
	@$(COMPILE) --group bench --constraint requirements-dev.txt -o requirements-bench.txt

clean: ## remove what the other targets made
	rm -rf .venv .venv-lock .venv.lock .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache mutants
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
