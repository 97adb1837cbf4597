import sys

from tidings.settings import Settings
from tidings_local.services import SERVICES, Service, environment


def test_the_five_services_are_modules_started_by_this_python() -> None:
    assert [service.start_command()[1:] for service in SERVICES] == [
        ("-m", f"tidings_{name}") for name in ("search", "ingest", "entities", "events", "index")
    ]
    assert {service.start_command()[0] for service in SERVICES} == {sys.executable}


def test_a_service_gets_these_very_settings_with_the_engines_addresses() -> None:
    settings = Settings(kafka_port=19092, index_name="news")

    given = environment({"PATH": "/bin", "TIDINGS_INDEX_NAME": "other"}, settings)

    assert given["TIDINGS_KAFKA_SERVERS"] == "127.0.0.1:19092"
    assert given["TIDINGS_ELASTICSEARCH_URL"] == "http://127.0.0.1:9200"
    assert given["PATH"] == "/bin"
    assert Settings.load(given).index_name == "news"


def test_a_worker_keeps_to_one_core() -> None:
    given = environment({"OMP_NUM_THREADS": "8"}, Settings())

    assert given["OMP_NUM_THREADS"] == given["OPENBLAS_NUM_THREADS"] == "1"


def test_a_service_that_listens_everywhere_is_reached_on_this_machine() -> None:
    settings = Settings(host="0.0.0.0", events_port=7003)

    assert Service("events").address(settings) == "http://127.0.0.1:7003"
