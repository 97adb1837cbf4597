"""Metrics are named as Prometheus asks, and docs/metrics.md says what the code has."""

import re
from pathlib import Path

import pytest

from tidings import metrics
from tidings.instruments import Declared
from tidings.metrics_docs import FILE, page
from tidings_local.services import SERVICES

BASE_UNITS = ("seconds", "bytes", "records", "documents", "requests")


def test_the_page_says_what_is_declared() -> None:
    assert Path(FILE).read_text("utf-8") == page(), "make docs"


@pytest.mark.parametrize("one", metrics.ALL.declared, ids=lambda one: str(one.name))
def test_names_and_help_are_as_prometheus_asks(one: Declared) -> None:
    assert re.fullmatch(r"tidings_[a-z]+(_[a-z]+)*", one.name)
    assert one.name.endswith("_total") == (one.kind == "counter")
    assert one.name.endswith("_info") == (one.kind == "info")
    if one.kind == "histogram":
        assert one.name.endswith(BASE_UNITS)
    assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent)(_|$)", one.name)
    assert one.help.endswith(".")
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", label) for label in one.labels)
    assert not {"job", "instance", "le", "pid"} & one.labels.keys()


def test_every_metric_belongs_to_services_that_there_are() -> None:
    there = {service.name for service in SERVICES}
    assert there == set(metrics.SERVICES)
    assert {service for one in metrics.ALL.declared for service in one.services} == there


def test_two_seconds_can_be_told_apart_on_both_sides() -> None:
    [complete] = [one for one in metrics.ALL.declared if one.name == "tidings_complete_seconds"]
    metrics.COMPLETE_SECONDS.observe(0)
    bounds = {
        float(sample.labels["le"])
        for family in complete.collector.collect()
        for sample in family.samples
        if "le" in sample.labels
    }
    assert {1.5, 2.0, 3.0} <= bounds
