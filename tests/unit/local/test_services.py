import sys

from tidings.settings import Settings
from tidings_local.services import SERVICES, Service, environment, services_of


def test_the_services_are_modules_started_by_this_python() -> None:
    assert [service.start_command()[1:] for service in SERVICES] == [
        ("-m", f"tidings_{name}")
        for name in ("search", "ingest", "entities", "events", "index", "watch")
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


def test_more_workers_have_names_and_ports_of_their_own() -> None:
    settings = Settings(events_workers=3, entities_port=8002)
    events = [one for one in services_of(settings) if one.kind == "events"]
    assert [one.name for one in events] == ["events", "events-2", "events-3"]
    assert [one.port(settings) for one in events] == [8003, 8013, 8023]
    assert events[1].own(settings).events_port == 8013
    assert len(services_of(settings)) == len(SERVICES) + 2
    ports = {one.port(settings) for one in services_of(settings)}
    assert len(ports) == len(SERVICES) + 2
