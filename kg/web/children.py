"""Children that a process forks to do one piece of work: how they end, and what their end says."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn


def end_with(work: Callable[[], object]) -> NoReturn:
    """Does the work of this process, a child, and ends it: with 0, or with 1 where the work fails."""
    with suppress(BaseException):
        work()
        os._exit(0)
    os._exit(1)


def exit_code(child: int) -> int:
    """How a child of this process has ended. That it was killed from outside says nothing of its work: this process ends, too."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == -signal.SIGKILL:
        sys.exit(1)
    return code
