# Every target depends on `setup`, which does nothing when its inputs have not changed.
PY := .venv/bin/python
INSTALL = $(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes
NPM_OPTION = $(if $(NO_NPM),--no-npm)
WITHOUT_SERVICES := not postgres and not browser and not libreoffice and not slow and not soak
WITHOUT_SOAK := not soak
# Each process takes a part of the tests, in order, so that fixtures of a file are created once; a faster one then
# steals tests from the others. Three, because processes that test in the browser often wait for it.
ON_TWO_CORES := -n 3 --dist worksteal
# Keep compiled bytecode, so that the processes of a run and the next run share it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup system run check fix quick test soak bench gallery pictures newcomer
.DEFAULT_GOAL := setup

setup: .venv/tools  ## the virtual environment and the browser's files (NO_NPM=1: without npm)
	@$(PY) -m dashboard.front_end $(NPM_OPTION)

# What the app needs comes first and alone: `make run` waits for nothing else. Python compiles what it imports.
.venv/packages: requirements.lock
	python3 -m venv .venv && $(INSTALL) --no-compile -r $< && touch $@

.venv/tools: requirements-dev.lock .venv/packages
	$(INSTALL) -r $< && touch $@

system: setup  ## Chromium, LibreOffice, fonts: from Debian's packages where it may, else says what is skipped
	@$(PY) tests/support/system_packages.py

run: .venv/packages  ## serve the app with sample data on this machine only, at port 8050 or PORT
	@$(PY) -m dashboard $(NPM_OPTION)

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

newcomer: setup system  ## do what the README prints with an empty home, and print how long it takes
	@$(PY) -m tests.support.newcomer $(if $(PORT),--port $(PORT))
