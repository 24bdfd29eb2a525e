# augury: `make demo` and `make test` set up all that they need in .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow lint style types coverage bench bench-quality atlas clean lock reference tour

demo: .venv/ready
	PATH="$(CURDIR)/$(BIN):$$PATH" python workflow/scripts/watch_study.py snakemake --cores all
	@echo "The report is results/demo/report.html: open it in a browser."

# The pictures of docs/tour.md, from the demo, which is run where it is not there yet.
tour: results/demo/report.html
	$(BIN)/python docs/pictures/tour.py

results/demo/report.html:
	$(MAKE) demo

test: .venv/ready lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

test-slow: .venv/ready
	$(BIN)/python -m pytest -q -m slow

lint: .venv/ready
	$(MAKE) -j2 style types

style: .venv/ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/codespell && $(BIN)/snakefmt --check Snakefile workflow && PATH="$(CURDIR)/$(BIN):$$PATH" snakemake --lint

types: .venv/ready
	$(BIN)/mypy

# What is made from the models of settings: the page of all keys, and the schema by which editors check config files.
reference: .venv/ready
	$(BIN)/python workflow/scripts/describe_config.py --write

coverage: .venv/ready
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term tests/scripts tests/unit

bench: .venv-bench/ready
	.venv-bench/bin/python benchmarks/bench.py

bench-quality: .venv-bench/ready
	.venv-bench/bin/python benchmarks/quality.py

# Days of a laptop: every set at every size, what was begun goes on. See atlas/README.md.
atlas: .venv/ready
	PATH="$(CURDIR)/$(BIN):$$PATH" python atlas/run.py --cores all
	$(BIN)/python atlas/answers.py --write

.venv-bench/ready: envs/requirements.txt benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r envs/requirements.txt -r benchmarks/requirements.txt
	touch .venv-bench/ready

PINNED := -r envs/requirements.txt -r envs/requirements-dev.txt

.venv/ready: envs/requirements.txt envs/requirements-dev.txt envs/constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PINNED) -c envs/constraints.txt
	touch .venv/ready

# The versions of all that the pinned packages need, as they are today.
lock:
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check $(PINNED)
	.venv-lock/bin/python envs/lock.py
	rm -r .venv-lock

clean:
	rm -rf .venv .venv-bench .venv-lock results logs resources/demo
