# SPDX-License-Identifier: Apache-2.0
"""Waiting: on a condition, with a deadline. The only place of the tests that lets time pass on purpose."""
import asyncio
import os
import time

# Sanitizers and a busy machine make everything slower; deadlines guard against hanging only, so they may be long.
SLOWNESS = float(os.environ.get("DROVER_SLOWNESS", "1"))


class Overdue(AssertionError):
    pass


def until(condition, what, seconds=30.0, every=0.02):
    """Calls condition until it gives something true, and returns that. Overdue names what was waited for."""
    deadline = time.monotonic() + seconds * SLOWNESS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Overdue(f"waited {seconds * SLOWNESS:.0f} s for {what}; last seen: {value!r}")
        time.sleep(every)


def delay(seconds):
    """For a stand-in that answers late."""
    time.sleep(seconds)


async def later(seconds):
    """For a stand-in that answers late, on an event loop."""
    await asyncio.sleep(seconds)


def settled(measure, what, quiet=0.6, seconds=30.0):
    """Waits until two looks `quiet` apart give the same, and returns it: for counters that trail behind."""
    state = {"value": measure(), "since": time.monotonic()}

    def same():
        now = measure()
        if now != state["value"]:
            state.update(value=now, since=time.monotonic())
        return time.monotonic() - state["since"] >= quiet * SLOWNESS

    until(same, what, seconds)
    return state["value"]
