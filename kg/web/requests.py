"""Reading requests: parameters, bodies and flags, each fault of theirs a refusal that says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.web.refusals import Refusal

FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 1000
# Of a body that is too large, so much is passed over: a client that is still sending would not see the answer.
_PASSED_OVER = 64 << 20
YES, NO = ("1", "true", "yes", "on", ""), ("0", "false", "no", "off")


class Parameters:
    """The parameters of a request, in order, each as often as it was given.

    >>> given = Parameters.read(b"query=ASK+%7B%7D&asserted=1")
    >>> given.one("query"), given.flag("asserted"), given.one("format")
    ('ASK {}', True, None)
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = list(pairs)

    @classmethod
    def read(cls, encoded: bytes) -> Parameters:
        """The parameters in a query string or a form; Refusal (400) where they are not percent-encoded UTF-8, or too many."""
        try:
            text = encoded.decode("ascii")
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
        except ValueError as error:
            raise Refusal(400, "the parameters cannot be read", hint="percent-encode them as UTF-8") from error
        return cls(pairs)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def one(self, *names: str) -> str | None:
        """The value of a parameter that may be given once, under any of its names; Refusal (400) where it is given more often."""
        found = [value for key, value in self.pairs if key in names]
        if len(found) > 1:
            raise Refusal(400, f"{names[0]!r} is given {len(found)} times", hint="give it once")
        return found[0] if found else None

    def terms(self) -> dict[str, str]:
        """The terms that variables are bound to: `$name=<http://…>`; Refusal (400) where one is bound twice."""
        names = dict.fromkeys(name for name, _ in self.pairs if name.startswith("$"))
        return {name[1:]: self.one(name) or "" for name in names}

    def flag(self, name: str) -> bool:
        """Whether a parameter says yes; it may stand without a value."""
        value = (self.one(name) or "") if self.all(name) else "no"
        if value.lower() not in YES + NO:
            raise Refusal(400, f"{name!r} is either 1 or 0, not {value!r}", hint=f"{name}=1")
        return value.lower() in YES


def content_type(request: Request) -> str:
    """The media type of the body, without its parameters; Refusal (415) where its charset is another than UTF-8."""
    kind, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(" \"'").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise Refusal(415, f"the charset {value.strip()} is not read here", hint="send UTF-8")
    return kind.strip().lower()


async def body(request: Request, most: int) -> bytes:
    """The body of a request; Refusal (413) where it is larger than `most` bytes, (400) where the client hangs up."""
    stated, size = request.headers.get("content-length", "0"), 0
    if stated.isdecimal() and int(stated) > most + (0 if "expect" in request.headers else _PASSED_OVER):
        raise _too_large(most)
    if encoding := request.headers.get("content-encoding", "identity").strip().lower().replace("identity", ""):
        raise Refusal(415, f"a body in {encoding!r} is not read here", hint="send it as it is")
    found = bytearray()
    try:
        async for piece in request.stream():
            size += len(piece)
            found += piece if size <= most else b""
            if size > most + _PASSED_OVER:
                break
    except ClientDisconnect as error:
        raise Refusal(400, "the body ended early", hint="send all of it") from error
    if size > most:
        raise _too_large(most)
    return bytes(found)


def _too_large(most: int) -> Refusal:
    return Refusal(
        413, f"the body is larger than {most >> 10} KiB", hint="send less", headers={"Connection": "close"}, limit="length"
    )


def text(sent: bytes) -> str:
    """A body as text; Refusal (400) where it is not UTF-8."""
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(400, "the body is not UTF-8", hint="send UTF-8") from error


def client(request: Request) -> str:
    """Whose share a request takes: the address that it comes from."""
    return request.client.host if request.client else ""
