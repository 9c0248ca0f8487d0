"""The server's side of the workers: jobs go out, answers come back, and what does not come back in time is killed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from kg.web.jobs import Job


@dataclass
class Result:
    """The answer to a job: `body` is all of it, or its beginning where `rest` gives more; `generation` is what it is of."""

    status: int
    media_type: str
    body: bytes
    generation: str
    headers: dict[str, str] = field(default_factory=dict)
    rest: AsyncIterator[bytes] | None = None


class Pool:
    """Workers that do jobs, each in a process of its own that can be killed."""

    async def run(self, job: Job, *, client: str) -> Result:
        """The answer to a job, asked by `client` (whose share is bounded).

        Raises Refusal: 429 or 503 where the server is busy, 400 where the job itself is wrong, 503 where it met a limit,
        which is then told, with how to ask for less.
        """
        raise NotImplementedError
