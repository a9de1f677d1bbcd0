# Every command of the project. `make` alone lists them. Nothing here needs an environment variable, a running
# server or root, and after the first time nothing needs the network.

.DEFAULT_GOAL := help
.PHONY: help install run test test-all test-pooled test-api test-browser nightly screenshots check bench chaos messages lock clean

VENV := .venv
PY := $(VENV)/bin/python
LOCK := requirements/dev.txt
# As many tests at once as there are cores, each process with servers of its own; one that is named is one for all.
export ALL_CORES := $(if $(DATABASE_URL)$(REDIS_URL),,-n logical --maxprocesses 4 --dist worksteal)
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Make .venv with the locked packages (instant when it is up to date)
	@bash .ci/install $(VENV) $(LOCK)

run: install ## Start everything on this machine: database, web, worker, beat and a living demo
	@$(PY) -m config.local run

test: install ## Run what needs one PostgreSQL and one Redis, in minutes; ARGS="..." goes to pytest
	@bash .ci/test $(ARGS)

test-all: install ## Run the whole suite with branch coverage, also what starts servers and processes; ARGS goes to pytest
	@bash .ci/test-all $(ARGS)

test-pooled: install ## Run the integration part of the suite through pgbouncer in transaction mode; ARGS goes to pytest
	@LOCAL_POOLER=pgbouncer $(PY) -m pytest $(or $(ARGS),$(ALL_CORES) tests/pooled tests/integration)

test-api: install ## Send the running API what its schema allows and what it does not, as every role, and count the answers
	@API_FUZZ=long $(PY) -m pytest -s $(or $(ARGS),tests/process/api)

test-browser: install ## Visit every page with a browser: nothing refused, no errors, no barriers; ARGS goes to pytest
	@bash .ci/test-browser $(or $(ARGS),$(ALL_CORES) tests/browser)

nightly: check ## Run everything on both releases of PostgreSQL: suites, pooler, browser, API, faults, bench
	@bash .ci/nightly

screenshots: install ## Picture every page into .local/screenshots: themes, sizes, languages; ARGS="-k lead" some
	@bash .ci/test-browser tests/browser/screenshots.py $(ARGS)

check: install ## Lint, types, architecture, migrations, SQL, deployment settings, weaknesses of packages
	@bash .ci/check

bench: install ## Measure speed as ratios, on databases of its own; ARGS=--quick, ARGS="--only batch"
	@$(PY) -m config.local exec -- $(PY) -m tests.bench $(ARGS)

chaos: install ## Inject every fault, on servers of its own, and print a table; ARGS=--short, ARGS="--only NAME"
	@$(PY) -m tests.chaos $(ARGS)

messages: install ## Bring new texts into the Dutch catalogs and compile them; needs gettext
	@bash .ci/messages

lock: install ## Resolve pyproject.toml into requirements/*.txt again; UPGRADE=1 takes newer versions
	@bash .ci/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove .venv and caches; the demo database (.local) stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* staticfiles
	find . -name __pycache__ -type d -not -path './.local/*' -prune -exec rm -rf {} +
