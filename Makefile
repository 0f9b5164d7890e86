PYTHON ?= python3
BIN = .venv/bin

.PHONY: help setup solve test check fuzz format bench size readme train-sudoku train-maze clean

help:  ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: .venv/.ready  ## Create .venv with everything: torch, trm and the tools to develop it

.venv/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	@echo "Installing PyTorch, trm and the tools to develop it: a minute or two; 300 MB of download for CPUs, 1.3 GB of disk"
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@echo "Compiling the code that explains ARC tasks, once: half a minute"
	$(BIN)/trm solve --quiet --quiet --updates 0 puzzles/arc/mirrored.json
	touch $@

solve: setup  ## Solve a hard sample
	$(BIN)/trm solve puzzles/sudoku/hard.txt

test: setup  ## Run the tests
	$(BIN)/python -m pytest -n auto

check: setup  ## Formatting, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

fuzz: setup  ## Read ten thousand damaged files of every format
	$(BIN)/python -m tests.fuzz

format: setup  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup  ## Make the tables of the documentation on generated puzzles: accuracy, search, cost, latency
	$(BIN)/python bench/tables.py

size:  ## Print how large the program is: modules, lines, longest function, tests
	@$(PYTHON) bench/size.py

readme: setup  ## Draw the pictures of the README anew
	$(BIN)/python bench/picture.py docs

train-sudoku: setup  ## Train the Sudoku weights
	$(BIN)/trm train --task sudoku

train-maze: setup  ## Train the maze weights
	$(BIN)/trm train --task maze

clean:  ## Remove what setup made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
