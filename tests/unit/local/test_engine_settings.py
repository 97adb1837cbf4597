from pathlib import Path

import pytest

from tidings.errors import TidingsError
from tidings.settings import Settings
from tidings_local import elasticsearch, kafka
from tidings_local.elasticsearch import install_elasticsearch
from tidings_local.java import Jdk

FOLDER = Path("/srv/tidings")


def test_kafka_listens_on_this_machine_alone_with_its_controller_next_to_it() -> None:
    given = kafka.configuration(Settings(), FOLDER, 9092)

    assert given["listeners"] == "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"
    assert given["controller.quorum.voters"] == "1@127.0.0.1:9093"


def test_kafkas_of_one_cluster_know_each_other_and_keep_three_copies_of_what_they_manage() -> None:
    given = kafka.configuration(Settings(), FOLDER, 9200, [9100, 9200, 9300])

    assert given["node.id"] == "2"
    assert given["controller.quorum.voters"] == (
        "1@127.0.0.1:9101,2@127.0.0.1:9201,3@127.0.0.1:9301"
    )
    assert given["offsets.topic.replication.factor"] == "3"
    assert given["transaction.state.log.min.isr"] == "2"
    assert kafka.cluster_id([9100, 9200]) == kafka.cluster_id([9100, 9200])
    assert kafka.cluster_id() != kafka.cluster_id()


def test_kafka_takes_records_as_large_as_the_settings_allow_and_makes_no_topics_by_itself() -> None:
    given = kafka.configuration(Settings(message_max_bytes=5_000_000), FOLDER, 9092)

    assert given["message.max.bytes"] == given["replica.fetch.max.bytes"] == "5000000"
    assert given["auto.create.topics.enable"] == "false"


def test_what_a_properties_file_would_misread_is_escaped() -> None:
    written = kafka.properties({"log.dirs": "C:\\data", "name": "café"})

    assert written == "log.dirs=C:\\\\data\nname=caf\\u00e9\n"


def test_elasticsearch_is_one_open_node_on_this_machine_alone() -> None:
    given = elasticsearch.configuration(FOLDER, 9200)

    assert given["network.host"] == "127.0.0.1"
    assert (given["http.port"], given["transport.port"]) == (9200, 9300)
    assert given["discovery.type"] == "single-node"
    assert given["xpack.security.enabled"] is False
    assert given["action.auto_create_index"] is False


def test_elasticsearch_gets_the_heap_of_the_settings_and_the_jdk_that_was_found() -> None:
    jdk, home = Jdk(Path("/opt/jdk"), 25), Path("/opt/es")
    given = elasticsearch.environment(
        {"PATH": "/bin"}, Settings(elasticsearch_heap_mb=700), jdk, home, FOLDER
    )

    assert "-Xms700m -Xmx700m" in given["ES_JAVA_OPTS"]
    assert given["ES_JAVA_HOME"] == "/opt/jdk"
    assert given["PATH"] == "/bin"


def test_settings_files_are_the_distributions_with_ours_in_place(tmp_path: Path) -> None:
    home, folder = a_distribution(tmp_path / "home"), tmp_path / "run"

    elasticsearch.write_settings(home, folder, 9200, {"xpack.security.enabled": True})

    assert (folder / "config/jvm.options").read_text() == "-XX:+UseG1GC\n"
    written = (folder / "config/elasticsearch.yml").read_text()
    assert "http.port: 9200\n" in written
    assert "xpack.security.enabled: true\n" in written


def test_a_distribution_that_is_named_is_used_and_nothing_is_downloaded(tmp_path: Path) -> None:
    home = a_distribution(tmp_path / "home")

    assert install_elasticsearch(Settings(elasticsearch_home=home)) == home


def test_a_named_folder_without_elasticsearch_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TidingsError, match=r"TIDINGS_ELASTICSEARCH_HOME=.* holds no Elastic"):
        install_elasticsearch(Settings(elasticsearch_home=tmp_path))


def a_distribution(home: Path) -> Path:
    (home / "lib/tools/server-launcher").mkdir(parents=True)
    (home / "config").mkdir()
    (home / "config/jvm.options").write_text("-XX:+UseG1GC\n")
    (home / "config/elasticsearch.yml").write_text("# comments only\n")
    return home
