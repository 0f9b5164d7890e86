"""`python -m trm_cli` is `trm`."""

import os
import sys


def run() -> None:
    """Start the program; a Ctrl-C before it is ready ends it without a traceback."""
    try:
        from trm_cli.commands import main
    except KeyboardInterrupt:
        os._exit(130)  # without the exit code of modules that are half imported
    try:
        main(prog_name="trm")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
