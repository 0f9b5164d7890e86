"""A tour of `trm` in a notebook: a solver, a puzzle, its outcome, and many of them."""

# %% [markdown]
# # `trm` in a notebook
#
# Every part below is a cell: VS Code, Spyder and Jupytext run them one by one, and `python examples/notebook.py` runs
# all. The last line of a cell is what a notebook shows; here it is printed too.

# %% A solver: weights, device and options in one object
from trm_cli import load

solver = load("sudoku", device="cpu")
print(repr(solver))

# %% A puzzle is read from text in any form that files have, or from rows of numbers
puzzle = solver.read("53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79")
print(puzzle)

# %% The outcome: a notebook draws it as a table, the surer the deeper
outcome = solver.solve(puzzle)
print(repr(outcome))
print(outcome)

# %% How the answer came to be: cells that differ from the final answer, after every step
for frame in solver.frames(puzzle):
    wrong = int((frame.grid != outcome.answer).sum())
    print(f"step {frame.step}: {wrong} cells to go, {frame.confidence.mean():.0%} sure, {frame.verdict.status}")

# %% Many puzzles: outcomes come in the order of the puzzles, as they are ready (progress=True draws a bar)
hard = "....2..4..7...6....1.5.....2......8....3..7..4.9.........6..1.38...9..........5.."
for outcome in solver.solve_many([puzzle, hard]):
    print(outcome.verdict.status, "after", outcome.steps, "steps")

# %% The page that a notebook shows for the last one, here as HTML
html = outcome._repr_html_()
print(f"{html.count('<td')} cells in a table")
