"""Fair shares: nobody holds all turns, everybody's is passed on, and none is lost."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.web.refusals import Refusal
from kg.web.shares import Bounds, Shares
from tests.web.serving import run_apart

BOUNDS = Bounds(quick=2, slow=4, of_client=8, waiting=8)


async def at_once(shares: Shares, client: str) -> bool:
    """Whether a client gets a turn without waiting."""
    task = asyncio.ensure_future(shares.turn(client))
    await asyncio.sleep(0)
    if not task.done():
        task.cancel()
        return False
    return True


def test_who_has_no_turn_need_not_wait_for_one_who_has_them_all() -> None:
    async def run() -> list[bool]:
        shares = Shares(BOUNDS, patience=1)
        return [await at_once(shares, client) for client in ("a", "a", "a", "b", "b", "c")]

    assert run_apart(run()) == [True, True, False, True, False, False]


def test_a_turn_that_is_over_goes_to_whoever_waits() -> None:
    async def run() -> list[str]:
        shares, order = Shares(BOUNDS, patience=5), list[str]()

        async def job(client: str) -> None:
            await shares.turn(client)
            order.append(client)
            await asyncio.sleep(0)
            shares.pass_on(client)

        await asyncio.gather(*map(job, "aaaabbc"))
        assert shares.quick == shares.waiting == 0
        return order

    order = run_apart(run())
    assert sorted(order) == list("aaaabbc") and order.index("c") < 4


def test_who_waits_too_long_is_told_and_holds_nothing() -> None:
    async def run() -> None:
        shares = Shares(BOUNDS, patience=0.01)
        for client in "aab":
            await shares.turn(client)
        with pytest.raises(Refusal, match="no worker came free"):
            await shares.turn("a")
        for client in "aab":
            shares.pass_on(client)
        assert shares.quick == shares.waiting == 0

    run_apart(run())


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=30))
def test_no_turn_is_lost_or_doubled(jobs: list[tuple[str, int, bool]]) -> None:
    """Jobs of some length, some of which are given up."""

    async def run() -> None:
        shares = Shares(Bounds(quick=2, slow=4, of_client=99, waiting=99), patience=5)

        async def job(client: str, length: int) -> None:
            await shares.turn(client)
            try:
                assert shares.quick <= 3
                for _ in range(length):
                    await asyncio.sleep(0)
            finally:
                shares.pass_on(client)

        tasks = [asyncio.ensure_future(job(client, length)) for client, length, _ in jobs]
        await asyncio.sleep(0)
        for task, (*_, is_given_up) in zip(tasks, jobs, strict=True):
            if is_given_up:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert shares.quick == shares.waiting == 0
        assert await at_once(shares, "a") and await at_once(shares, "a")

    run_apart(run())
