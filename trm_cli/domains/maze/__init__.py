"""Mazes: the rules, the forms they are written in, and a generator."""

from trm_cli.domains.maze.rules import Maze as Task

__all__ = ["Task"]
