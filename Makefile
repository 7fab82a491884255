# Two commands do all the set-up: `make site` and `make test`.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: site serve test fast check format schemas screens bench clean

site: $(VENV)/site-ready  ## build content/ into site/
	$(PY) build.py

serve: $(VENV)/site-ready  ## preview with live reload
	$(PY) build.py serve

test: check  ## everything that CI runs
	$(PY) tests/browser.py
	$(PY) tests/servers.py
	$(PY) -m pytest --numprocesses 4 --dist loadscope --no-loadscope-reorder

fast: $(VENV)/test-ready  ## the tests that need neither browser nor server
	$(PY) -m pytest -m "not slow" --numprocesses 2 --dist loadscope

check: $(VENV)/test-ready  ## lint, format, types, layers
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/test-ready
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

schemas: $(VENV)/test-ready  ## the schemas for editors, made anew from the types
	$(PY) -m pytest tests/test_schema.py -k shipped --accept

screens: $(VENV)/test-ready  ## the pictures of the README, taken anew
	$(PY) docs/screens.py

bench: $(VENV)/test-ready  ## timings, as ratios measured in one run
	$(PY) bench/build.py
	$(PY) bench/browser.py
	$(PY) bench/model.py
	$(PY) bench/model500.py
	$(PY) bench/preview.py 300
	$(PY) bench/publish.py
	$(PY) bench/lighthouse.py

clean:
	rm -rf $(VENV) site

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/site-ready: pyproject.toml constraints.txt | $(PY)
	$(PIP) --editable .
	touch $@

$(VENV)/test-ready: pyproject.toml constraints.txt | $(PY)
	$(PIP) --editable '.[test]'
	touch $@ $(VENV)/site-ready
