"""Which folders a worker may read, enforced by the kernel where it has Landlock.

https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

# The same numbers on x86_64 and arm64.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_BENEATH = 1
# All that the first version of Landlock knows to forbid, and of it what reading takes.
_EVERYTHING, _EXECUTE, _READ_FILE, _READ_FOLDER = 0x1FFF, 1, 4, 8
_READING = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_THE_MACHINE = ("/usr", "/lib", "/lib64", "/etc", "/proc", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/dev/urandom")


def only_reads(folders: Iterable[Path | str]) -> bool:
    """Lets this process read what lies in the folders and no other file; False where the kernel has no Landlock."""
    call = ctypes.CDLL(None, use_errno=True).syscall
    rules = call(_CREATE, struct.pack("Q", _EVERYTHING), ctypes.c_size_t(8), 0)
    if rules < 0:
        return False
    for folder in folders:
        _allow(call, rules, os.fspath(folder))
    restricted: int = call(_RESTRICT, rules, 0)
    os.close(rules)
    return restricted == 0


def _allow(call: ctypes._NamedFuncPointer, rules: int, folder: str) -> None:
    try:
        opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    allowed = _READING if os.path.isdir(folder) else _READ_FILE  # noqa: PTH112 - a path object would be made for this alone
    call(_ADD, rules, _BENEATH, struct.pack("=Qi", allowed, opened), 0)
    os.close(opened)


def program_folders() -> list[str]:
    """Where the program itself lies, with the libraries that it may load late."""
    libraries = [path for path in sys.path if path]
    own = str(Path(__file__).resolve().parents[2])
    return [*libraries, sys.prefix, sys.base_prefix, sysconfig.get_paths()["stdlib"], own, *_OF_THE_MACHINE]
