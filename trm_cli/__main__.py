"""`python -m trm_cli` is `trm`."""

import os


def run() -> None:
    """Start the program; a Ctrl-C before it is ready ends it without a traceback."""
    try:
        from trm_cli.commands import main
    except KeyboardInterrupt:
        os._exit(130)  # without the exit code of modules that are half imported
    try:
        main(prog_name="trm")
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, KeyboardInterrupt) or end.code == 130:
            os._exit(130)  # threads may still compute after a second Ctrl-C; Python would abort as it ends
        raise


if __name__ == "__main__":
    run()
