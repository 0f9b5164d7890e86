"""`trm completion`: a script that lets a shell complete commands, tasks and weights."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a script that lets your shell complete commands, options and files; new shells read it at their start.

    \b
    Examples:
      trm completion bash > ~/.local/share/bash-completion/completions/trm
      trm completion fish > ~/.config/fish/completions/trm.fish
    """
    from trm_cli.commands import main

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(main, {}, "trm", "_TRM_COMPLETE").source())
