"""The program as a process: its streams, its exit codes, and what happens when the engine dies.

The engine is native code. A fault of its own, a stack that overflows or memory that runs out kills the process that it runs in,
and no exception tells. So the work is done in a child, and the parent has the last word.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

import click

from kg.errors import KGError

# Set by the script that a shell calls to complete a line.
COMPLETE = "_KG_COMPLETE"
# SIGKILL is how the system ends who takes too much memory.
_DEATHS = {signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGKILL, signal.SIGSEGV}
_DIED = "a query that orders numbers among strings needs ORDER BY STR(…); else ask for less, or nest less deeply"


def run(program: click.Command) -> NoReturn:
    """Runs the program and exits: 0 fine, 1 findings, 2 usage or bad input, 130 interrupted."""
    if not hasattr(os, "fork"):
        sys.exit(_code(program))
    # A short command makes no garbage worth looking for so often; a long one still looks.
    gc.set_threshold(100_000)
    # Ctrl-C reaches both; the child cleans up, and the parent waits for it.
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, usual)
        os.close(writing)
        threading.Thread(target=_end_with_the_parent, args=(reading,), daemon=True).start()
        _limit_memory()
        code = _code(program)
        # Nothing is open for writing any more, and an orderly end of the engine costs a tenth of a short command.
        os._exit(code)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: os.kill(child, received))
    _end_like(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _end_with_the_parent(pipe: int) -> None:
    """Waits until the other end is closed, which only the parent has: one that was killed leaves no work behind."""
    os.read(pipe, 1)
    os._exit(1)


def _limit_memory() -> None:
    """Three quarters of the machine's memory at the most: a query that wants all of it ends, and nothing else does."""
    import resource

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    resource.setrlimit(resource.RLIMIT_AS, (memory * 3 // 4, resource.RLIM_INFINITY))


def _end_like(code: int) -> NoReturn:
    if code < 0 and -code not in _DEATHS:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    if code < 0:
        code = _fail(f"the engine died of {signal.Signals(-code).name}; nothing is lost\n  {_DIED}")
    os._exit(code)


def _code(program: click.Command) -> int:
    """The exit code of the program; every error is told on stderr."""
    _speak_utf_8()
    # A fault of the engine is told by the parent; its call stack helps nobody.
    os.environ["RUST_BACKTRACE"] = "0"
    return _guarded(lambda: _run(program))


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
