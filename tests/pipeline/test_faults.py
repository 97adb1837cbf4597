"""The short form of `make faults`: its first eight, with extractors that cost nothing."""

import pytest

from tests.faults.pushing import made_articles
from tests.faults.registry import choose
from tests.faults.run import run_fault
from tests.faults.world import Plan
from tidings_local.engines import LocalEngines

PLAN = Plan(made_articles(300), fake=True, brief=True)
EIGHT = choose([str(number) for number in range(1, 9)])


@pytest.mark.parametrize("number", [pytest.param(one.number, id=one.name) for one in EIGHT])
def test_nothing_is_lost_doubled_or_undone(number: int, engines: LocalEngines) -> None:
    outcome = run_fault(engines, PLAN, number, print)

    row = outcome.row
    assert (row.lost, row.doubled, row.wrong_version) == (0, 0, 0)
    assert row.redeliveries > 0, "nothing was in flight: nothing was shown"
    assert row.complete == len(PLAN.articles)
    assert row.articles == row.complete + row.dead
    assert outcome.problems == ()
