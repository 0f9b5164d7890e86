"""`python -m trm_cli` is `trm`."""

from trm_cli.commands import main

main(prog_name="trm")
