"""The program as a process: its streams, its exit codes, and errors in words."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from kg.errors import KGError

# Set by the script that a shell calls to complete a line.
COMPLETE = "_KG_COMPLETE"


def code(program: click.Command) -> int:
    """The exit code of the program; every error is told on stderr."""
    _speak_utf_8()
    # A fault of the engine is told by the parent; its call stack helps nobody.
    os.environ["RUST_BACKTRACE"] = "0"
    return _guarded(lambda: _run(program))


@contextmanager
def cleared_away() -> Iterator[None]:
    """Within, whoever ends the process is obeyed once what was begun is cleared away: it exits with 128 + the signal's number.

    Only the first signal counts: a terminal that is closed tells the whole group, of which the parent tells us once more,
    and who waits presses Ctrl-C again. In the main thread alone.
    """
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    obeyed = [number for number, handler in usual.items() if handler in {signal.SIG_DFL, signal.default_int_handler}]
    received: list[int] = []

    def stop(number: int, _frame: object) -> None:
        received.append(number)
        if len(received) == 1:
            raise KeyboardInterrupt

    for number in obeyed:
        signal.signal(number, stop)
    try:
        yield
    finally:
        # The handlers stay: one who was told to end is not disturbed on its way out.
        if received:
            raise click.exceptions.Exit(128 + received[0])
        for number in obeyed:
            signal.signal(number, usual[number])


def _run(program: click.Command) -> int:
    # Without standalone mode, click returns the exit code; None stands for 0.
    code: int | None = program(prog_name="kg", standalone_mode=False, complete_var=COMPLETE)
    sys.stdout.flush()
    return code or 0


def _guarded(work: Callable[[], int]) -> int:
    stdout = sys.stdout
    try:
        return work()
    except click.ClickException as error:
        error.show()
        return 2
    except KGError as error:
        # While a shell completes a line, nobody wants to read what is wrong with it.
        return 2 if COMPLETE in os.environ else _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (SystemExit, BrokenPipeError) as done:
        if isinstance(done, SystemExit) and sys.stdout is stdout:
            raise
        # Whoever read us has read enough (`kg export | head`); click has put another stdout in place.
        _abandon(stdout)
        return 0
    except (OSError, RuntimeError) as error:
        _abandon(stdout)
        return _fail(f"{error}\n  {_of_the_machine(error)}")


def _of_the_machine(error: Exception) -> str:
    """What to do; an error that is nobody's but ours is raised again."""
    if "Corruption" in str(error):
        return "remove this folder of the cache and ask again"
    if not isinstance(error, OSError):
        raise error
    return "see to the file, the folder or the disk"


def _fail(message: str) -> int:
    click.echo(f"kg: {message}", err=True)
    return 2


def _speak_utf_8() -> None:
    """Data is UTF-8 whatever the locale says; names of files that are not come out as they are."""
    if sys.stdout is None:
        sys.exit(_fail("there is nowhere to write to: stdout is closed"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")


def _abandon(stdout: io.TextIOBase | object) -> None:
    """Python would fail once more when it closes stdout at its end."""
    if isinstance(stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
