"""What a worker may ask of the kernel, enforced by the kernel: no network, no files, no programs, bounded memory and time.

Linux only: seccomp filters (https://docs.kernel.org/userspace-api/seccomp_filter.html) for x86_64 and arm64, and resource
limits. A filter cannot be taken off again, and what a worker would start would inherit it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kg.errors import UsageError
from kg.web.children import exit_code
from kg.web.jobs import Confinement
from kg.web.landlock import only_reads, program_folders

_X86, _ARM = "x86_64", "aarch64"
_AUDIT = {_X86: 0xC000003E, _ARM: 0xC00000B7}
# System calls by their numbers on x86_64 and arm64; 0 where there is none (https://github.com/torvalds/linux, syscall tables).
_NUMBERS: dict[str, tuple[int, int]] = {
    # programs and other processes
    "fork": (57, 0), "vfork": (58, 0), "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "tkill": (200, 130), "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438), "setns": (308, 268), "unshare": (272, 97),
    # memory and queues that are shared by name
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "memfd_create": (319, 279),
    # changes of the file system
    "creat": (85, 0), "rename": (82, 0), "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, 0), "mkdirat": (258, 34),
    "rmdir": (84, 0), "link": (86, 0), "linkat": (265, 37), "unlink": (87, 0), "unlinkat": (263, 35), "symlink": (88, 0),
    "symlinkat": (266, 36), "chmod": (90, 0), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, 0), "fchown": (93, 55),
    "lchown": (94, 0), "fchownat": (260, 54), "truncate": (76, 45), "ftruncate": (77, 46), "mknod": (133, 0),
    "mknodat": (259, 33), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsmount": (432, 432), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # the machine
    "bpf": (321, 280), "perf_event_open": (298, 241), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "userfaultfd": (323, 282), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "personality": (135, 92),
    "inotify_init1": (294, 26), "fanotify_init": (300, 262),
}  # fmt: skip
_NETWORK: dict[str, tuple[int, int]] = {
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "recvmsg": (47, 212), "recvmmsg": (299, 243),
}  # fmt: skip
# What looks at files without opening them; `newfstatat` is left, for the C library asks it about what is open.
_LOOKING: dict[str, tuple[int, int]] = {
    "open": (2, 0), "openat": (257, 56), "stat": (4, 0), "lstat": (6, 0), "access": (21, 0), "faccessat": (269, 48),
    "faccessat2": (439, 439), "readlink": (89, 0), "readlinkat": (267, 78), "getdents": (78, 0), "getdents64": (217, 61),
    "chdir": (80, 49),
}  # fmt: skip
_OPEN_WITH_FLAGS = (((2, 0), 1), ((257, 56), 2))
_OPENAT2, _CLONE, _CLONE3 = (437, 437), (56, 220), (435, 435)
# How a process is given connections: only by whoever it is connected to already, and it is connected to the server alone.
_GIVEN = "recvmsg"
_SIGNALS = ((62, 129), (234, 131))  # kill, tgkill: to itself alone, which is how a process aborts
# These read no file of the program: all that they need is loaded.
_OWN_FILES_ONLY = (Confinement.QUERY, Confinement.DRAWING)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_THREAD = 0x10000
_FILTERLESS = 3
_X32 = 0x40000000

_ALLOW, _KILL, _REFUSE, _ABSENT = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_SET_PDEATHSIG, _SET_DUMPABLE, _SET_SECCOMP, _NO_NEW_PRIVILEGES = 1, 4, 22, 38

Instruction = tuple[int, int, int, int]


class Unconfinable(UsageError):
    """The kernel does not let us confine workers."""


def confine(confinement: Confinement, readable: Sequence[Path] = ()) -> None:
    """Filters what this process may ask of the kernel from now on; raises Unconfinable where that cannot be done.

    Of the files, a query can read those that lie in the folders `readable`, other jobs also those of the program.
    """
    machine = platform.machine()
    if machine not in _AUDIT or not hasattr(os, "O_TMPFILE"):
        raise _unconfinable(f"there is no filter for {platform.system()} on {machine}")
    reads = confinement is not Confinement.QUERY or bool(readable)
    filter = b"".join(struct.pack("HBBI", *one) for one in _program(confinement, machine, reads=reads))
    kept = ctypes.create_string_buffer(filter)
    program = ctypes.create_string_buffer(struct.pack("HP", len(filter) // 8, ctypes.addressof(kept)))
    control = ctypes.CDLL(None, use_errno=True).prctl
    refused = control(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if reads:
        only_reads([*readable, *([] if confinement in _OWN_FILES_ONLY else program_folders())])
    if refused or control(_SET_SECCOMP, 2, program, 0, 0):
        raise _unconfinable(os.strerror(ctypes.get_errno()))
    control(_SET_DUMPABLE, 0, 0, 0, 0)


def _unconfinable(why: str) -> Unconfinable:
    hint = "run it on Linux with seccomp, or accept that queries are not confined: --unconfined"
    return Unconfinable(f"workers cannot be confined: {why}", hint=hint)


def _program(confinement: Confinement, machine: str, *, reads: bool) -> Iterator[Instruction]:
    """The filter in the kernel's language; 64-bit arguments are compared by their lower halves, which hold all that counts."""
    at = (_X86, _ARM).index(machine)
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield _EQUAL, 1, 0, _AUDIT[machine]
    yield _RETURN, 0, 0, _KILL
    yield _LOAD, 0, 0, _NUMBER
    if machine == _X86:
        yield from _unless(_AT_LEAST, _X32, _REFUSE)
    for numbers in _refused(confinement, reads=reads):
        if numbers[at]:
            yield from _unless(_EQUAL, numbers[at], _REFUSE)
    # The C library takes the older call where the newer one, whose flags a filter cannot see, is absent.
    yield from _unless(_EQUAL, _CLONE3[at], _ABSENT)
    yield from _unless(_EQUAL, _OPENAT2[at], _ABSENT)
    yield from _only_with(_CLONE[at], argument=0, test=(_ANY_BIT, _CLONE_THREAD), allowed=True)
    for signals in _SIGNALS:
        yield from _only_with(signals[at], argument=0, test=(_EQUAL, os.getpid()), allowed=True)
    for opening, argument in _OPEN_WITH_FLAGS:
        if opening[at]:
            yield from _only_with(opening[at], argument=argument, test=(_ANY_BIT, _WRITING), allowed=False)
    yield _RETURN, 0, 0, _ALLOW


def _refused(confinement: Confinement, *, reads: bool) -> list[tuple[int, int]]:
    network = {} if confinement is Confinement.ENDPOINTS else _NETWORK
    if confinement is Confinement.DRAWING:
        # A pair of sockets is joined to itself, and to nothing else.
        network = {name: numbers for name, numbers in network.items() if name != "socketpair"}
    if confinement is Confinement.QUERY:
        network = {name: numbers for name, numbers in network.items() if name != _GIVEN}
    looking = {} if reads else _LOOKING
    return [*_NUMBERS.values(), *network.values(), *looking.values()]


def _unless(comparison: int, value: int, verdict: int) -> Iterator[Instruction]:
    yield comparison, 0, 1, value
    yield _RETURN, 0, 0, verdict


def _only_with(number: int, *, argument: int, test: tuple[int, int], allowed: bool) -> Iterator[Instruction]:
    """Decides on one system call by one of its arguments: allowed, or refused, where the test holds."""
    holds, fails = (_ALLOW, _REFUSE) if allowed else (_REFUSE, _ALLOW)
    yield _EQUAL, 0, 4, number
    yield _LOAD, 0, 0, _ARGUMENTS + 8 * argument
    yield test[0], 0, 1, test[1]
    yield _RETURN, 0, 0, holds
    yield _RETURN, 0, 0, fails


def check() -> None:
    """Raises Unconfinable where a confined process can do after all what it may not."""
    child = os.fork()
    if child == 0:
        os._exit(_escapes())
    if code := exit_code(child):
        raise _unconfinable("the kernel takes no filter" if code == _FILTERLESS else "the filter has no effect")


def _escapes() -> int:
    """Confines this process; 0 where that is true to its word."""
    try:
        confine(Confinement.QUERY)
    except Unconfinable:
        return _FILTERLESS
    attempts: tuple[Callable[[], object], ...] = (lambda: os.open("/dev/null", os.O_RDONLY), socket.socket, os.fork)
    for attempt in attempts:
        try:
            attempt()
        except PermissionError:
            continue
        return 1
    return 0


def die_with_parent(parent: int) -> None:
    """Ends this process when its parent ends, and at once where it has ended already."""
    if hasattr(os, "O_TMPFILE"):
        ctypes.CDLL(None).prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def leave_the_end_to(parent: int) -> None:
    """Ends this process and those that it forks when its parent ends, and for nothing else but SIGKILL.

    Who stops a server may ask all of its processes to end, and what they are doing is done to the end.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    die_with_parent(parent)


def limit_memory(more: int) -> None:
    """Lets this process take `more` bytes beyond what it has; it writes no file and leaves no core."""
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - Path is slower than the fork
        present = int(file.read().split()[0]) * resource.getpagesize()
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = present + more
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


class TimeLimit:
    """Lets this process compute for about so many seconds from now on, again and again: behind the deadline of the server."""

    # To set it costs as much as a short query parses for.
    _RENEWED = 1.0

    def __init__(self, seconds: float) -> None:
        self._seconds, self._set = seconds, -self._RENEWED

    def renew(self) -> None:
        """The time begins anew; what was begun less than a second ago goes on."""
        if (now := time.monotonic()) < self._set + self._RENEWED:
            return
        self._set = now
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + self._seconds + self._RENEWED) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
