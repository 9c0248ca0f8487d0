"""The program `kg`: the work is done in a child process, and the parent has the last word.

The engine is native code. A fault of its own, a stack that overflows or memory that runs out kills the process that it runs in,
and no exception tells. The parent forks before anything is loaded: what it would have loaded, the child would have to copy.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import NoReturn

# SIGKILL is how the system ends who takes too much memory.
_DEATHS = {signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGKILL, signal.SIGSEGV}
_DIED = "a query that orders numbers among strings needs ORDER BY STR(…); else ask for less, or nest less deeply"


def main() -> NoReturn:
    """Runs the program and exits: 0 fine, 1 findings, 2 usage or bad input, 130 interrupted."""
    # A short command makes no garbage worth looking for so often; a long one still looks.
    gc.set_threshold(100_000)
    if not hasattr(os, "fork"):
        sys.exit(_work())
    # Ctrl-C reaches both; the child cleans up, and the parent waits for it.
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, usual)
        os.close(writing)
        _watch(reading)
        _limit_memory()
        # Nothing is open for writing at its end, and an orderly end of the engine costs a tenth of a short command.
        os._exit(_work())
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: os.kill(child, received))
    # Nobody is told of a child whose number may by now be another's.
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    _end_like(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _work() -> int:
    from kg import process
    from kg.cli import cli

    return process.code(cli)


def _watch(pipe: int) -> None:
    """Ends this process when the other end of the pipe is closed: a parent that was killed leaves no work behind."""
    import threading

    def end_with_the_parent() -> None:
        os.read(pipe, 1)
        os._exit(1)

    threading.Thread(target=end_with_the_parent, daemon=True).start()


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
        os.write(2, f"kg: the engine died of {signal.Signals(-code).name}; nothing is lost\n  {_DIED}\n".encode())
        code = 2
    os._exit(code)
