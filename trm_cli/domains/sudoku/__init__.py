"""Sudokus: the rules, the forms they are written in, a generator and a classical solver."""

from trm_cli.domains.sudoku.rules import Sudoku as Task

__all__ = ["Task"]
