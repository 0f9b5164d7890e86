"""Solving: the recursion run over puzzles, and what is done when a single pass is not enough."""
