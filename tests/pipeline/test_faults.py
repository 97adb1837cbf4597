"""The short form of `make faults`: its first eight, with extractors that cost nothing."""

from dataclasses import replace

import pytest

from tests.faults.pushing import made_articles
from tests.faults.registry import choose
from tests.faults.run import run_fault
from tests.faults.world import Plan
from tidings_local.engines import LocalEngines

PLAN = Plan(made_articles(300), fake=True, brief=True)
IN_FOUR_PARTS = 7
"""This one pushes a quarter of its articles at a time, and must find some of them in flight."""
EIGHT = choose([str(number) for number in range(1, 9)])


@pytest.mark.parametrize("number", [pytest.param(one.number, id=one.name) for one in EIGHT])
def test_nothing_is_lost_doubled_or_undone(number: int, engines: LocalEngines) -> None:
    plan = replace(PLAN, articles=made_articles(1_200)) if number == IN_FOUR_PARTS else PLAN
    outcome = run_fault(engines, plan, number, print)

    assert outcome.problems == ()
    row = outcome.row
    assert (row.lost, row.doubled, row.wrong_version) == (0, 0, 0)
    assert row.redeliveries > 0, "nothing was in flight: nothing was shown"
    assert row.complete == len(plan.articles)
    assert row.articles == row.complete + row.dead
