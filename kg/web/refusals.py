"""What the server refuses, and why: one error with a status, and the one shape in which it is told (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from kg.errors import KGError, Place

PROBLEM = "application/problem+json"


class Refusal(KGError):
    """A request that is not answered as asked: its status, what is wrong, what to do next, and more that programs read.

    >>> print(Refusal(404, "no graph is called so", hint="GET /store lists them").problem().decode(), end="")
    {"title": "Not Found", "status": 404, "detail": "no graph is called so", "hint": "GET /store lists them"}
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        hint: str = "",
        place: Place | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message, hint=hint, place=place)
        self.status, self.headers, self.more = status, dict(headers or {}), more

    def problem(self) -> bytes:
        """The refusal as problem details, https://www.rfc-editor.org/rfc/rfc9457; what is empty is left out."""
        told = {
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.message,
            "place": str(self.place) if self.place else None,
            "hint": self.hint,
            **self.more,
        }
        return (json.dumps({key: value for key, value in told.items() if value not in (None, "")}) + "\n").encode()

    def as_data(self) -> dict[str, Any]:
        """The refusal as plain data, to go from one process to another."""
        place = [self.place.file, self.place.line, self.place.column] if self.place else None
        shared = {"status": self.status, "message": self.message, "hint": self.hint, "place": place}
        return {**shared, "headers": self.headers, "more": self.more}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Refusal:
        """The refusal that `as_data` described."""
        place = Place(*data["place"]) if data["place"] else None
        return cls(data["status"], data["message"], hint=data["hint"], place=place, headers=data["headers"], **data["more"])
