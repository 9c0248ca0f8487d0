"""The headers of every page."""

from __future__ import annotations

from collections.abc import Mapping

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# What the editor's script brings: styles that it writes itself, and signs in its styles.
_OF_EDITOR = {**_POLICY, "style-src": "'self' 'unsafe-inline'", "font-src": "'self' data:", "img-src": "'self' data: blob:"}


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


HEADERS: Mapping[str, str] = {
    "Vary": "Accept, Accept-Encoding, Accept-Language",
    "Content-Security-Policy": _written(_POLICY),
    "Referrer-Policy": "same-origin",
}
EDITOR: Mapping[str, str] = {"Content-Security-Policy": _written(_OF_EDITOR)}
