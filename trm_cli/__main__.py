"""`python -m trm_cli` is `trm`."""

import gc
import os
import signal
import sys
from contextlib import suppress


def run() -> None:
    """Start the program; a Ctrl-C before it is ready ends it without a traceback."""
    try:
        from trm_cli.commands import main
    except KeyboardInterrupt:
        os._exit(130)  # without the exit code of modules that are half imported
    # Reading makes many small objects. To look for garbage among them after every 700 new ones, as Python does, takes a
    # quarter of the time of a large file of digits.
    gc.set_threshold(50_000)
    # Timeouts and batch systems send SIGTERM, a terminal that is closed SIGHUP: end as after a Ctrl-C, which keeps the
    # results. A program under nohup ignores one of them, and goes on to do so.
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        main(prog_name="trm")
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != 130:
            raise
        # Threads may still compute after a second Ctrl-C; Python would abort as it ends.
        with suppress(OSError, ValueError):
            sys.stdout.flush()
        os._exit(130)


if __name__ == "__main__":
    run()
