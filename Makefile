# Everything runs in a virtual environment of its own, from locked and hashed dependencies.
# Only Python 3.11 or newer and make are needed.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

ROOM ?=

.PHONY: help demo test fast coverage mutation lint format lock schemas docs pictures clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Run the main job against the embedded App Store Connect sandbox
	@$(BIN)/gate demo --out demo-output

test: $(VENV)/.dev ## Run every test
	@$(BIN)/python -m pytest --numprocesses auto

fast: $(VENV)/.dev ## Run the tests of the pure core, in seconds
	@$(BIN)/python -m pytest --numprocesses auto -m fast

coverage: $(VENV)/.dev ## Measure what the tests reach, and fail below 98 %
	@$(BIN)/python -m pytest --numprocesses auto -m "not hostile" --cov

mutation: $(VENV)/.dev ## Change the core a little, many times, and count how often its tests notice
	@rm -rf mutants && mkdir mutants
	@CI=true $(BIN)/mutmut run $(if $(ROOM),'gate.$(ROOM).*') > mutants/run.log 2>&1 || { tail -40 mutants/run.log; exit 1; }
	@$(BIN)/python tests/mutation/score.py $(ROOM)

lint: $(VENV)/.dev ## Check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

schemas: $(VENV)/.dev ## Write the published JSON Schemas again
	@$(BIN)/gate policy schema > docs/schema/policy.schema.json
	@$(BIN)/gate schema > docs/schema/result.schema.json

docs: $(VENV)/.dev ## Write the generated tables of the documentation again
	@$(BIN)/python docs/tables.py

pictures: $(VENV)/.dev ## Draw the pictures of the README from the demo
	@$(BIN)/python docs/pictures/make.py > /dev/null

lock: $(VENV)/.dev ## Lock the dependencies again, with hashes, for every platform
	@cd requirements && for set in build runtime dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			-o $$set.txt $$set.in || exit 1; \
	done

clean: ## Remove what the targets above made
	@rm -rf $(VENV) .coverage .coverage.* demo-output mutants

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml $(VENV)/.python
	@echo "Installing the gate and its locked dependencies into $(VENV) ..."
	@$(PIP) -r requirements/build.txt -r requirements/runtime.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing the locked test tools into $(VENV) ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@
