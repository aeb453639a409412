# Every chore is one command; `make help` lists them. Only Python 3.11+ and make are needed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
STAGES := unit integration frontend_unit frontend_integration e2e performance security
BIN := .venv/bin

help: ## list the commands
	@awk -F ':.*## ' '/^[a-zA-Z_-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  make test-STAGE         one stage: $(STAGES)"
	@echo "  ARGS=... is passed on, e.g. make demo ARGS=--exit, make test-unit ARGS='-k store'"

demo: .venv/has/demo bundle ## real data through real pipelines, then the server and the browser
	@$(BIN)/workbench --home .demo demo $(ARGS)

test: .venv/has/test bundle ## all seven stages, with coverage; the page is build/summary.html
	@$(BIN)/python -m tests.run $(ARGS)

$(STAGES:%=test-%): test-%: .venv/has/test bundle
	@$(BIN)/python -m tests.run --stage $* $(ARGS)

bench: .venv/has/test ## the figures, as ratios, both sides in one run
	@$(BIN)/python -m tests.run --bench $(ARGS)

faults: .venv/has/test ## many seeded kill schedules (SCHEDULES=500)
	@$(BIN)/python -m tests.run --faults $(or $(SCHEDULES),500) $(ARGS)

fuzz: .venv/has/test ## many more requests made up from the OpenAPI document
	@HYPOTHESIS_PROFILE=thorough $(BIN)/python -m tests.run tests/security/team/test_openapi.py $(ARGS)

bundle: ## the sidebar's bundle, where Node.js is and something has changed
	@.ci/bundle

lint: .venv/has/dev ## ruff, mypy and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo

format: .venv/has/dev ## let ruff mend what it can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

generate: .venv/has/test ## write the generated reference pages and indexes anew
	@$(BIN)/python -m workbench.generate

lock: ## choose versions anew (ARGS=--upgrade) and write requirements.lock
	@.ci/environment uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --generate-hashes --all-extras \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.lock $(ARGS)

clean: ## remove what was built, measured and installed; the demo's home stays
	rm -rf build dist .venv

.venv/has/%: pyproject.toml requirements.lock
	@.ci/environment $*

.PHONY: help demo test $(STAGES:%=test-%) bundle bench faults fuzz lint format generate lock clean
.PRECIOUS: .venv/has/%
