"""ARC-AGI tasks: demonstrations of a rule, and test inputs to apply it to."""

from trm_cli.domains.arc.rules import Arc as Task

__all__ = ["Task"]
