# Two commands do all: `make run` and `make test`. `make help` lists the others.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Python compiles what it imports when it first does; pip would compile all of 17,000 files.
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-warn-script-location --no-compile
export PYTHONDONTWRITEBYTECODE :=
RUFF_FILES := backend training
WEB_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) \
  $(shell find frontend/scripts -type f 2>/dev/null) \
  frontend/index.html frontend/vite.config.ts frontend/tsconfig.json frontend/package-lock.json
export LEGIBLE_SPA_DIR ?= $(CURDIR)/frontend/dist

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

# ---- installing ------------------------------------------------------------------------------

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Legible needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Creating the Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.serve: $(VENV)/.made backend/requirements.lock backend/pyproject.toml
	@echo "Installing what the service needs"
	@$(PIP) --require-hashes -r backend/requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e backend
	@touch $@

$(VENV)/.dev: $(VENV)/.serve backend/requirements-dev.lock training/pyproject.toml
	@echo "Installing what training and the tests need"
	@$(PIP) --require-hashes -r backend/requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation -e training
	@touch $@

frontend/node_modules/.made: frontend/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(+(a < 20 || (a == 20 && b < 19)))' 2>/dev/null || \
	  { echo "Legible needs Node 20.19 or newer (nodejs.org, or your package manager)." >&2; exit 1; }
	@echo "Installing what the pages need"
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: frontend/node_modules/.made $(WEB_SOURCES)
	@echo "Building the pages"
	@cd frontend && npm run --silent bundle
	@touch $@

.PHONY: setup
setup: $(VENV)/.dev frontend/node_modules/.made ## install everything, for developers
	@if [ -d .git ]; then $(BIN)/pre-commit install >/dev/null; fi

# ---- running ---------------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/.serve frontend/dist/index.html ## install, build and serve on one port (LEGIBLE_PORT, default 8000)
	@exec $(BIN)/legible serve

.PHONY: dev
dev: $(VENV)/.dev frontend/node_modules/.made ## serve with reloading: pages on 5173, API on 8000
	@trap 'kill 0' INT TERM EXIT; $(BIN)/legible serve --reload & cd frontend && npm run --silent dev

# ---- checking --------------------------------------------------------------------------------

.PHONY: check
check: check-python check-pages check-built ## format, lint, types, import direction, stale files, size of the pages

.PHONY: check-python
check-python: $(VENV)/.dev
	$(BIN)/ruff format --quiet --check $(RUFF_FILES)
	$(BIN)/ruff check --quiet $(RUFF_FILES)
	cd backend && ../$(BIN)/mypy legible tests bench
	cd training && ../$(BIN)/mypy trainer tests
	cd backend && ../$(BIN)/lint-imports --no-logo
	backend/lock --check

# Needs no Python, so it begins while pip is still busy.
.PHONY: check-pages
check-pages: frontend/node_modules/.made
	cd frontend && npm run --silent format:check && npm run --silent lint && npm run --silent typecheck
	cd frontend && npm run --silent messages:check

# `client:check` asks the service for its OpenAPI document.
.PHONY: check-built
check-built: $(VENV)/.serve frontend/dist/index.html
	cd frontend && npm run --silent client:check && npm run --silent budget

.PHONY: fix
fix: $(VENV)/.dev frontend/node_modules/.made ## repair what `check` finds, where a machine can
	$(BIN)/ruff check --quiet --fix $(RUFF_FILES) || true
	$(BIN)/ruff format --quiet $(RUFF_FILES)
	cd frontend && npm run --silent format && npx eslint . --fix

# What the tests of the limits start: a real Redis. The service itself does not need one.
.PHONY: redis
redis:
	@command -v redis-server >/dev/null && exit 0; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Redis"; \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server >/dev/null && exit 0; \
	  fi; \
	  echo "The tests need redis-server. Install it (Debian, Ubuntu: sudo apt install redis-server; macOS: brew install redis)." >&2; exit 1

# What a test of two replicas puts in front of them.
.PHONY: nginx
nginx:
	@PATH="$$PATH:/usr/sbin:/usr/local/sbin" command -v nginx >/dev/null && exit 0; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing nginx"; \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light >/dev/null && exit 0; \
	  fi; \
	  echo "The tests need nginx. Install it (Debian, Ubuntu: sudo apt install nginx-light; macOS: brew install nginx)." >&2; exit 1

.PHONY: test
test: redis nginx ## check, then every test: Python, pages, and both together in a real browser
	@$(MAKE) --no-print-directory -j2 check
	@# Three at a time: the tests of the service wait for servers, the others compute.
	@tmp=$$(mktemp -d) && { \
	  (cd training && ../$(BIN)/pytest) >$$tmp/networks.log 2>&1 & networks=$$!; ( \
	    bad=0; \
	    (cd backend && ../$(BIN)/pytest tests/app/security) || bad=1; \
	    (cd backend && ../$(BIN)/pytest --ignore=tests/app) || bad=1; \
	    (cd frontend && npm run --silent test) || bad=1; exit $$bad \
	  ) >$$tmp/others.log 2>&1 & others=$$!; \
	  (cd backend && ../$(BIN)/pytest tests/app --ignore=tests/app/security); failed=$$?; \
	  wait $$networks || failed=1; wait $$others || failed=1; \
	  cat $$tmp/*.log; rm -rf $$tmp; exit $$failed; }
	@$(MAKE) e2e

.PHONY: e2e
e2e: $(VENV)/.serve frontend/dist/index.html ## the pages and the service together in a real browser
	@cd frontend && ./e2e/find-browser && npx playwright test

.PHONY: lock
lock: $(VENV)/.dev ## pin the Python dependencies anew, after a change of a pyproject file
	backend/lock

.PHONY: client
client: $(VENV)/.serve frontend/node_modules/.made ## generate the pages' API types from the service's OpenAPI document
	cd frontend && npm run --silent client

# ---- networks --------------------------------------------------------------------------------

# digit or line, which are served, or teacher, the larger network that digit learns from.
PRESET ?= digit
.PHONY: train
train: $(VENV)/.dev ## train a network into training/runs/PRESET (digit or line: about 75 minutes on 2 cores)
	$(BIN)/python -m trainer train --preset $(PRESET) --run training/runs/$(PRESET)

.PHONY: evaluate
evaluate: $(VENV)/.dev ## measure the served network on every test set; report in training/runs/report
	$(BIN)/python -m trainer evaluate --report training/runs/report

.PHONY: bench
bench: $(VENV)/.dev ## benchmarks, into the README (ARGS="--only service memory"): ratios within one run
	$(BIN)/python backend/bench/table.py --readme --plots backend/docs $(ARGS)

# Other readers, for comparison alone: never in the environment that serves, trains and tests.
PEERS := .venv-peers
PEER_PACKAGES := rapidocr==3.10.0 onnxruntime==1.32.0 opencv-python-headless==5.0.0.93 numpy==2.4.6

$(PEERS)/.made: Makefile
	@echo "Installing RapidOCR in $(PEERS)"
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -qq --disable-pip-version-check $(PEER_PACKAGES)
	@touch $@

.PHONY: tesseract
tesseract:
	@command -v tesseract >/dev/null && exit 0; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Tesseract"; \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends tesseract-ocr tesseract-ocr-eng >/dev/null && exit 0; \
	  fi; \
	  echo "Comparing needs Tesseract. Install it (Debian, Ubuntu: sudo apt install tesseract-ocr; macOS: brew install tesseract)." >&2; exit 1

.PHONY: bench-peers
bench-peers: $(VENV)/.dev $(PEERS)/.made tesseract ## Legible beside Tesseract and RapidOCR (ARGS="--limit 50 --readme --out FILE")
	$(BIN)/python backend/bench/peers.py $(ARGS)
