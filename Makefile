# Foldline's verbs. `make` alone lists them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
KAFKA  ?= 127.0.0.1:9092
READABLE := FOLDLINE_LOG_FORMAT=$${FOLDLINE_LOG_FORMAT:-text}

.DEFAULT_GOAL := help
.PHONY: help run run-kafka kafka demo shell image stack page test check format bench faults lock clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: $(VENV)/run.stamp ## the shop's services on the embedded log, until Ctrl-C
	@echo "dashboard http://127.0.0.1:9999"
	@echo "products http://127.0.0.1:9995   customers http://127.0.0.1:9996   purchases http://127.0.0.1:9997"
	@echo "Each has /docs, a page of its API. Data is under var/. Ctrl-C stops all."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(READABLE) $(BIN)/python scripts/run.py

run-kafka: $(VENV)/run.stamp ## the shop on a real Kafka (KAFKA=host:port; `make kafka` starts one)
	@export KAFKA_BROKERS=$(KAFKA) FOLDLINE_ALLOW=low-replication PATH="$(CURDIR)/$(BIN):$$PATH"; \
	foldline topics create && FOLDLINE_STATE=var/on-kafka/ $(READABLE) $(BIN)/python scripts/run.py

kafka: ## a real Apache Kafka on 127.0.0.1:9092, until Ctrl-C
	@scripts/kafka.sh run

demo: $(VENV)/run.stamp ## fill the running shop with customers and purchases (KEEP=1: go on writing)
	@$(BIN)/python scripts/demo.py $(if $(KEEP),--keep-writing)

shell: $(VENV)/run.stamp ## a Python prompt with the running shop's products, customers and purchases at hand
	@$(BIN)/foldline shell

image: ## the shop's image for containers
	@scripts/image.sh

stack: $(VENV)/dev.stamp ## the whole system in containers, a tour through it, and down again
	@scripts/stack.sh

page: ## build the dashboard's page from its sources (needs no Node of yours)
	@PYTHON=$(PYTHON) scripts/page.sh build

test: $(VENV)/dev.stamp ## everything CI runs: check, then all tests
	@$(MAKE) --no-print-directory check
	@scripts/kafka.sh fetch; scripts/browser.sh >/dev/null; true # where one fails, the tests that need it say so
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: $(VENV)/dev.stamp ## format, lint and types; the page and docs/cli.md are what their sources make
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python scripts/cli_docs.py --check
	@PYTHON=$(PYTHON) scripts/page.sh check
	@PYTHON=$(PYTHON) scripts/page.sh same

format: $(VENV)/dev.stamp ## format the code, and mend what can be mended
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

faults: $(VENV)/dev.stamp ## 300 faults on each log, under load, and what is promised checked; then bad input, for minutes (SEED=n)
	@export PYTHONPATH=tests; for log in embedded kafka; do \
		$(BIN)/python -m faults --log $$log --seed $(or $(SEED),1) || exit 1; \
	done
	@export PYTHONPATH=tests; for target in records frames arrivals; do \
		$(BIN)/python -m fuzz fuzz.$$target --seconds 120 --seed $(or $(SEED),1) || exit 1; \
	done
	OPENAPI_EXAMPLES=60 $(BIN)/python -m pytest tests/e2e/test_openapi.py

bench: ## the benchmarks, in an environment of their own
	@PYTHON=$(PYTHON) benchmarks/run.sh

lock: $(VENV)/dev.stamp ## pin every dependency anew, with hashes
	@compile="$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade"; \
	$$compile pyproject.toml --output-file requirements/service.txt || exit 1; \
	for group in build fast; do \
		$$compile --group pyproject.toml:$$group --output-file requirements/$$group.txt || exit 1; \
	done; \
	for group in run dev bench; do \
		$$compile --extra shell --extra deploy --group $$group pyproject.toml --output-file requirements/$$group.txt || exit 1; \
	done; \
	$$compile --group pyproject.toml:node --output-file requirements/node.txt; \
	for peer in quix faust; do \
		$$compile --group pyproject.toml:peer-$$peer --output-file requirements/peers/$$peer.txt || exit 1; \
	done

clean: ## remove the environment and caches; var/ (data) stays
	rm -rf $(VENV) .venv-bench .venv-node dashboard_web/frontend/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

$(VENV)/%.stamp: requirements/%.txt requirements/fast.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Foldline needs Python 3.11 or later; $(PYTHON) is older. Try: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements/fast.txt \
		>$(VENV)/fast.log 2>&1 || echo "no C compiler: requests are parsed in Python, which is slower (see $(VENV)/fast.log)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
