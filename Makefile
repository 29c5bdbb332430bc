# Every command of the project. The first one sets up what it needs in .venv; the next is instant.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export UV_PYTHON_DOWNLOADS = never
export UV_PROJECT_ENVIRONMENT = .venv
export UV_CACHE_DIR ?= $(CURDIR)/.venv/cache
unexport VIRTUAL_ENV

bin := .venv/bin
sync := $(bin)/uv sync --frozen --inexact --quiet

.PHONY: help
help: ## Say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: .venv/.run ## Start the demonstration on http://localhost:8081
	@exec $(bin)/sumun demo

.PHONY: try
try: .venv/.run ## Send one protected call to the running demonstration
	@exec $(bin)/sumun try

.PHONY: test
test: lint ## Check everything: style, types, layers, documentation, tests
	@scripts/test-programs
	@$(bin)/pytest -n 2 $(PYTEST_ARGS)

.PHONY: lint
lint: .venv/.test ## Check style, types and layers
	@$(bin)/ruff check --quiet
	@$(bin)/ruff format --quiet --check
	@$(bin)/mypy --no-error-summary
	@$(bin)/lint-imports --no-logo

.PHONY: format
format: .venv/.test ## Put the code into its one style
	@$(bin)/ruff check --quiet --fix-only
	@$(bin)/ruff format

.PHONY: bench
bench: .venv/.bench ## Measure Sumun beside its peers and print the ratios
	@$(bin)/python -m benchmarks $(BENCH_ARGS)

.PHONY: docs
docs: .venv/.test ## Build the documentation into site/
	@$(bin)/zensical build --clean --strict

.PHONY: clean
clean: ## Remove what was built; .venv too, and never data
	@rm -rf .venv .venv.log build dist site .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

$(bin)/uv:
	@echo "Setting up in .venv (once, a minute or so)"
	@scripts/bootstrap

.venv/.run: uv.lock pyproject.toml | $(bin)/uv
	@$(sync) --no-default-groups
	@touch $@

.venv/.test: uv.lock pyproject.toml | $(bin)/uv
	@$(sync) --all-extras
	@touch $@

.venv/.bench: uv.lock pyproject.toml | $(bin)/uv
	@$(sync) --all-extras --group bench
	@touch $@
