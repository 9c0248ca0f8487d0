"""Files that are needed on the way. None is left behind: those of a process that was killed are removed by the next."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Folders may be shared between machines and between containers, each of which counts its processes for itself.
_OF_THIS_MACHINE = f"{os.uname().nodename}-"


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file beside the one that is to be written, which takes its place once it is whole, and is removed where it is not."""
    for left in _left_behind(file.parent, f".{file.name}.", r"\.part"):
        left.unlink(missing_ok=True)
    beside = file.with_name(f".{file.name}.{_OF_THIS_MACHINE}{os.getpid()}.part")
    try:
        yield beside
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for all that a run needs on the way."""
    for left in _left_behind(Path(tempfile.gettempdir()), "kg-reason-", "-.*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"kg-reason-{_OF_THIS_MACHINE}{os.getpid()}-") as folder:
        yield Path(folder)


@contextmanager
def temporary_file(content: bytes) -> Iterator[Path]:
    """A file that holds the content as long as it is needed."""
    with tempfile.NamedTemporaryFile(prefix="kg-", suffix=".nt", delete=False) as file:
        file.write(content)
    try:
        yield Path(file.name)
    finally:
        Path(file.name).unlink()


def _left_behind(folder: Path, before: str, after: str) -> list[Path]:
    """What is named for a process of this machine that is no more; `after` is a pattern."""
    named = re.compile(rf"{re.escape(before + _OF_THIS_MACHINE)}(\d{{1,9}}){after}")
    found = ((path, named.fullmatch(path.name)) for path in folder.iterdir())
    return [path for path, match in found if match and not runs(int(match[1]))]


def runs(process: int) -> bool:
    """Whether a process of this machine runs, whosever it is."""
    with suppress(OSError):
        # One that has ended and that nobody has asked after is still counted, as a zombie.
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][:1] != "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It is somebody else's.
        return True
    return True
