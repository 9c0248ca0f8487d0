"""Heads of saved queries that were read before, kept in the cache: to load a reader of YAML takes a tenth of a short command.

A head is kept under a hash of its text and of the code that reads it, so that it is never out of date; whatever is wrong with
the cache, the head is read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from kg.parameters import Head, Parameter
from kg.project import cache_folder

_READERS = ("heads.py", "kept.py", "languages.py", "parameters.py")


def recall(text: str) -> Head | None:
    """The head of a query text, if it was kept."""
    try:
        return _read(_file(text).read_bytes())
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return None


def keep(text: str, head: Head) -> None:
    """Keeps the head of a query text, where the cache can be written and the head as JSON gives the same head again."""
    file = _file(text)
    part = file.with_suffix(f".{os.getpid()}")
    with suppress(OSError, ValueError, TypeError):
        written = json.dumps(asdict(head), ensure_ascii=False).encode()
        if _read(written) == head:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(written)
            part.replace(file)


def _read(written: bytes) -> Head:
    kept = json.loads(written)
    parameters = {name: Parameter(**_tuples(each)) for name, each in kept.pop("parameters").items()}
    return Head(**_tuples(kept), parameters=parameters)


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def _file(text: str) -> Path:
    total = hashlib.sha256(_code())
    total.update(text.encode())
    return cache_folder() / "heads" / f"{total.hexdigest()[:32]}.json"


@cache
def _code() -> bytes:
    return b"".join((Path(__file__).parent / name).read_bytes() for name in _READERS)
