"""Tiny Recursive Models as a puzzle solver: `trm solve`, `trm train`, and the pieces they are made of."""

__version__ = "0.1.0"
