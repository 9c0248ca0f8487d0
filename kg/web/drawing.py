"""The renderer: a process that makes pictures of specifications, confined by the kernel before V8 starts.

`python -m kg.web.drawing FD PARENT CONFINED`: over the socket FD come frames, each a specification as JSON and the form to draw
it in; each is answered by a frame with the picture. The first answer, before any question, says that it is ready.

It reads no files but the fonts, reaches no network and starts no program. Its limit of memory counts what can be written to: V8
reserves addresses by the gigabyte, which cost nothing.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kg.pictures import drawing
from kg.pictures.theme import picture
from kg.web import confinement, frames
from kg.web.frames import Frame
from kg.web.jobs import Confinement
from kg.web.refusals import Refusal

_MEMORY = 1 << 30
_FIRST = {"data": {"values": [{"text": "A А あ"}]}, "mark": "text", "encoding": {"text": {"field": "text"}}}


def main(connection: socket.socket, *, confined: bool) -> None:
    """Draws what the frames say until the server hangs up."""
    _confine(confined)
    # Starts V8, and compiles what all pictures need.
    drawing.png(picture("A А あ", [], _FIRST, "en"))
    _send(connection, frames.packed("whole"))
    for frame in frames.received(connection):
        _send(connection, _drawn(frame))


def _send(connection: socket.socket, message: bytes) -> None:
    # Written as to a file: what sends to a network is not there any more.
    waiting = memoryview(message)
    while waiting:
        waiting = waiting[os.write(connection.fileno(), waiting) :]


def _confine(confined: bool) -> None:
    """Takes from this process what drawing does not need; the fonts are read afterwards, so that they are the only ones."""
    drawing.make_room()
    drawing.load()
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_DATA, _MEMORY)):
        resource.setrlimit(limit, (most, most))
    if confined:
        confinement.confine(Confinement.DRAWING, [drawing.FOLDER])


def _drawn(frame: Frame) -> bytes:
    specification: Mapping[str, Any] = json.loads(frame.body)
    try:
        return frames.packed("whole", {}, drawing.FORMS[frame.head["form"]].write(specification))
    except ValueError:
        refusal = Refusal(500, "this picture cannot be drawn", hint="please report it")
        return frames.packed("failed", refusal.as_data())


if __name__ == "__main__":
    confinement.leave_the_end_to(int(sys.argv[2]))
    with suppress(ConnectionError), socket.socket(fileno=int(sys.argv[1])) as connection:
        main(connection, confined=sys.argv[3] == "1")
