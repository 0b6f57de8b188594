.PHONY: help demo test check bench pictures lock clean

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: ## The portal with demo data on http://localhost:8000; DEMO_PORT=8001 for another port
	@scripts/demo

test: ## All tests, on SQLite and on PostgreSQL with Redis; ARGS="-k withdrawal -n 0" goes to pytest
	@scripts/test $(ARGS)

check: ## Style, types, templates, directions of imports, migrations, generated documents
	@scripts/check

bench: ## The benchmarks of benchmarks/, on a PostgreSQL of their own
	@scripts/bench $(ARGS)

pictures: ## The pictures of README.md, taken again in Chromium
	@scripts/pictures

lock: ## requirements*.txt from requirements*.in; ARGS=--upgrade for newer versions
	@scripts/lock $(ARGS)

clean: ## Remove what was installed or made here, the demo's data included
	rm -rf .venv node_modules var .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
