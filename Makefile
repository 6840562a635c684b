# make setup: a virtual environment with the locked packages; make run: the application; make test: everything CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test lint lock bench corpus embedding

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

setup: $(VENV)/.ready

run: setup
	$(BIN)/python app.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: setup lint
	$(BIN)/python -m pytest

lock:
	$(BIN)/python -m pip freeze --exclude-editable | grep -v '^dingze' | sed 's/+cpu$$//' > requirements.lock

corpus: setup
	$(BIN)/python -m corpus.build

# Trains the shipped embedding anew; DATA is the folder with training/, documents/ and benchmarks/.
DATA ?= ../shared/data
embedding: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m training.train_embedding --data $(DATA) --out kb/model
