"""Which generation is served: that of the project's files, or the newest that was written."""

from __future__ import annotations

from pathlib import Path


class Publisher:
    """The generations of a server that takes no updates: one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
