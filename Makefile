# Every target depends on `setup`, which does nothing when its inputs have not changed.
PY := .venv/bin/python
WITHOUT_SERVICES := not postgres and not browser and not libreoffice and not slow and not soak
WITHOUT_SOAK := not soak
# Each process takes a part of the tests, in order, so that fixtures of a file are created once; a faster one then
# steals tests from the others. Three, because processes that test in the browser often wait for it.
ON_TWO_CORES := -n 3 --dist worksteal
# Keep compiled bytecode, so that the processes of a run and the next run share it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup system run check fix quick test soak bench gallery pictures
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
	@$(PY) -m pytest $(ON_TWO_CORES) -m "$(WITHOUT_SERVICES)"

test: setup system  ## everything that a release needs
	@$(PY) -m pytest $(ON_TWO_CORES) -m "$(WITHOUT_SOAK)"

soak: setup system  ## the random tests at their full numbers
	@SOAK=1 HYPOTHESIS_PROFILE=soak $(PY) -m pytest $(ON_TWO_CORES)

bench: setup  ## how long the slow parts take
	@$(PY) -m pytest tests/benchmarks --override-ini python_files='bench_*.py' -s

gallery: setup system  ## a picture of every page, into var/gallery
	@GALLERY=var/gallery $(PY) -m pytest -m browser -k gallery

pictures: setup system  ## the pictures of the documentation, into docs/pictures
	@$(PY) -m tests.browser.docs_pictures
