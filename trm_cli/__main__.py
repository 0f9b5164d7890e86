"""`python -m trm_cli` is `trm`."""

import os
import sys


def run() -> None:
    """Start the program; a Ctrl-C before it is ready ends it without a word of Python's."""
    try:
        from trm_cli.commands import main
    except KeyboardInterrupt:
        os._exit(130)  # past what is half imported
    try:
        main(prog_name="trm")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
