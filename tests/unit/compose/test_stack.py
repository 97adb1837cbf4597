"""What the trial of docker-compose.yml takes for ill, and how stand-ins read their variables."""

from typing import Any

import pytest

from tests.compose.stack import ill
from tests.compose.stand_ins import elasticsearch, kafka


def a_container(**fields: Any) -> dict[str, Any]:
    return {"State": "running", "Health": "healthy", "ExitCode": 0, **fields}


@pytest.mark.parametrize(
    ("container", "is_ill"),
    [
        (a_container(), False),
        (a_container(Health=""), False),
        (a_container(Health="", State="exited"), False),
        (a_container(Health="", State="exited", ExitCode=1), True),
        (a_container(Health="unhealthy"), True),
        (a_container(Health="starting"), True),
        (a_container(Health="", State="restarting"), True),
        (a_container(Health="", State="created"), True),
    ],
)
def test_a_container_is_ill_where_it_neither_runs_well_nor_has_ended_well(
    container: dict[str, Any], is_ill: bool
) -> None:
    assert bool(ill([container])) == is_ill


def test_the_stand_in_of_kafka_reads_variables_by_the_vendors_rule() -> None:
    given = {
        "KAFKA_LOG_DIRS": "/data",
        "KAFKA_A__B": "1",
        "KAFKA_A___B": "2",
        "KAFKA_HEAP_OPTS": "-Xmx1g",
        "CLUSTER_ID": "x",
    }
    assert kafka.settings(given) == {"log.dirs": "/data", "a_b": "1", "a-b": "2"}


def test_the_stand_in_of_elasticsearch_takes_names_with_dots_for_settings() -> None:
    given = {"discovery.type": "single-node", "ELASTIC_PASSWORD": "x", "PATH": "/bin"}
    assert elasticsearch.settings(given) == {"discovery.type": "single-node"}
