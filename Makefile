# Each target is one plain line; `make setup` stands before the others and does nothing when nothing changed.
PY := .venv/bin/python
NEEDS_NOTHING := not postgres and not browser and not libreoffice and not slow and not soak
NO_MORE := not soak
# Each process takes half of the tests in their order, so that what a file's tests share is made once; who is done first
# takes over from the other.
ON_TWO_CORES := -n 2 --dist worksteal
# What one process compiled of the project and the tests the others take over, and the next run.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup system run check fix quick test soak bench gallery
.DEFAULT_GOAL := setup

setup: .venv/installed  ## the virtual environment and the browser's files (NO_NPM=1: without npm)
	@$(PY) -m dashboard.front_end $(if $(NO_NPM),--no-npm)

.venv/installed: requirements-dev.lock
	python3 -m venv .venv && $(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $< && touch $@

system: setup  ## Chromium, LibreOffice, fonts: from Debian's packages where it may, else says what is skipped
	@$(PY) tests/support/system_packages.py

run: setup  ## serve the app with sample data on this machine only, at port 8050 or PORT
	@$(PY) -m dashboard

check: setup  ## ruff, mypy, import-linter, deptry
	@$(PY) tests/house/run_checks.py

fix: setup  ## let ruff repair and format
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

quick: setup  ## the tests that need no browser, LibreOffice or PostgreSQL
	@$(PY) -m pytest $(ON_TWO_CORES) -m "$(NEEDS_NOTHING)"

test: setup system  ## everything that a release needs
	@$(PY) -m pytest $(ON_TWO_CORES) -m "$(NO_MORE)"

soak: setup system  ## the random tests at their full numbers
	@SOAK=1 HYPOTHESIS_PROFILE=soak $(PY) -m pytest $(ON_TWO_CORES)

bench: setup  ## how long the slow parts take
	@$(PY) -m pytest tests/benchmarks --override-ini python_files='bench_*.py' -s

gallery: setup system  ## a picture of every page, into var/gallery
	@GALLERY=var/gallery $(PY) -m pytest -m browser -k gallery
