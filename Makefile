# `make run` starts Lump Diary; the work is done by the package ops/, which says what it does.
PYTHON ?= python3
VENV := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run tools test check evaluate evaluate-photos hostile chaos bench soak backups by-hand uploads offline phone-speed webkit screens lighthouse format lock

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: ## prepare everything and start nothing
	@$(PYTHON) -m ops setup

run: ## prepare, then start it: http://localhost:8000 (PORT=9000 make run for another port)
	@$(PYTHON) -m ops run

tools: ## prepare what tests and checks need
	@$(PYTHON) -m ops tools

test: ## every test, with real Valkey, SMTP, PostgreSQL and Chromium
	@$(PYTHON) -m ops test

check: tools ## format, lint, types, import contracts, migrations, templates, known faults
	@$(VENV)/python -m ops.check

evaluate: tools ## measure the growth engine on lumps whose truth is known
	@$(VENV)/python -m analytics.evaluate

evaluate-photos: tools ## measure the photo measuring on rendered scenes whose truth is known
	@$(VENV)/python -m tests.bench.photos build/photo-speed.json
	@$(VENV)/python -m analytics.evaluate.photos --speed build/photo-speed.json

hostile: tools ## rows H1 to H8 and S1 to S10 at full length: 1,000 wrong log-ins, schemathesis for an hour
	@HOSTILE=1 $(VENV)/python -m pytest -n 0 -s -rA tests/hardening tests/sharing/test_contract.py tests/sharing/test_parallel.py tests/gates
	@HOSTILE=1 $(VENV)/python -m pytest -n 0 -s tests/api/test_schema.py tests/api/test_hostile.py

chaos: tools ## the long accidents: senders killed, servers gone; prints a table
	@$(VENV)/python -m tests.chaos

bench: tools ## speed beside bare references in one run: a table and var/bench.json (LONG=1: the largest scans too)
	@$(VENV)/python -m tests.bench $(if $(LONG),--long)

soak: tools ## a town's week: 5,000 people, 8 clients for 20 minutes, accidents on the way (MINUTES=3 PEOPLE=500 ENTRIES=50000; KEEP=1 writes docs/evidence/load.md)
	@$(VENV)/python -m tests.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(PEOPLE),--people $(PEOPLE)) $(if $(ENTRIES),--entries $(ENTRIES)) $(if $(KEEP),--keep)

backups: tools ## row H9: backups under write load, restored and compared, on SQLite and PostgreSQL; prints a table
	@$(VENV)/python -m tests.backups

by-hand: tools ## the deployed house without Docker: two webs, two workers, PostgreSQL, Valkey, Caddy (wants caddy)
	@$(VENV)/python -m tests.by_hand

uploads: tools ## give every picture we can make or find to the intake; prints a table
	@$(VENV)/python -m tests.photos

offline: tools ## phones killed, lines cut, servers gone, 1,000 entries: rows O1 to O9 (ROWS="O2 O6" for some); prints a table
	@$(VENV)/python -m tests.offline $(ROWS) --keep

phone-speed: tools ## how quick the phone app is at a quarter of the speed; prints a table
	@$(VENV)/python -m tests.phone_speed --keep

webkit: tools ## install, log offline and send later in WebKitGTK (wants webkit2gtk-driver and xvfb)
	@$(VENV)/python -m tests.webkit --keep

screens: tools ## take the pictures in docs/screens/ from the demo
	@$(VENV)/python -m tests.screens

lighthouse: tools ## measure four pages of the demo as on a phone; prints a table
	@$(VENV)/python -m tests.lighthouse

format: tools ## put the code in its format
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

lock: tools ## pin the newest allowed packages, with hashes for every platform
	@for name in requirements-build requirements requirements-dev; do \
		$(VENV)/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --no-annotate \
			--custom-compile-command "make lock" --output-file $$name.txt $$name.in || exit 1; done
