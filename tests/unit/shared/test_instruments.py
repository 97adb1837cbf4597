"""A metric is declared once, is on the pages of its services alone, and begins at 0."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from tidings.instruments import Instruments, memory_limit


def page(instruments: Instruments, service: str) -> list[str]:
    registry = CollectorRegistry()
    instruments.expose(service, registry)
    return [line for line in generate_latest(registry).decode().splitlines() if line[0] != "#"]


def test_counters_and_histograms_are_at_zero_before_anything_has_happened() -> None:
    every = Instruments()
    every.counter("eggs_total", "Eggs.", ("hen",), colour=("white", "brown"))
    every.histogram("lay_seconds", "Laying.", ("hen",), (1,), colour=("white",))
    assert page(every, "hen") == [
        'eggs_total{colour="white"} 0.0',
        'eggs_total{colour="brown"} 0.0',
        'lay_seconds_bucket{colour="white",le="1.0"} 0.0',
        'lay_seconds_bucket{colour="white",le="+Inf"} 0.0',
        'lay_seconds_count{colour="white"} 0.0',
        'lay_seconds_sum{colour="white"} 0.0',
    ]


def test_a_worker_shows_its_own_stage_and_no_other_service_shows_it() -> None:
    every = Instruments()
    every.counter("done_total", "Done.", ("hen", "cock"), stage=("hen", "cock"))
    assert page(every, "hen") == ['done_total{stage="hen"} 0.0']
    assert page(every, "fox") == []


def test_a_snapshot_has_the_series_of_the_last_look_and_no_others() -> None:
    every = Instruments()
    nests = every.snapshot("nests", "Nests.", ("hen",), tree=("oak", "elm"), side="sides")
    nests.replace({("oak", "north"): 3, ("elm", "south"): 1})
    nests.renew("oak", {("oak", "west"): 2})
    assert page(every, "hen") == [
        'nests{side="south",tree="elm"} 1.0',
        'nests{side="west",tree="oak"} 2.0',
    ]
    nests.replace({})
    assert page(every, "hen") == []


def test_what_somebody_else_counts_is_a_counter_too() -> None:
    every = Instruments()
    flights = every.snapshot("flights_total", "Flights.", ("hen",))
    flights.only(7)
    registry = CollectorRegistry()
    every.expose("hen", registry)
    said = generate_latest(registry).decode()
    assert "# TYPE flights_total counter" in said
    assert "flights_total 7.0" in said
    flights.only(None)
    assert page(every, "hen") == []


def test_the_series_of_a_histogram_are_known_by_name() -> None:
    every = Instruments()
    every.histogram("lay_seconds", "Laying.", ("hen",), (1,))
    assert every.declared[0].series == (
        "lay_seconds_bucket",
        "lay_seconds_sum",
        "lay_seconds_count",
    )


def test_a_name_is_declared_once() -> None:
    every = Instruments()
    every.counter("eggs_total", "Eggs.", ("hen",))
    with pytest.raises(ValueError, match="twice"):
        every.gauge("eggs_total", "Eggs.", ("hen",))


def test_the_memory_limit_is_a_number_of_bytes_that_a_process_can_have() -> None:
    assert 2**26 < memory_limit() < 2**50
