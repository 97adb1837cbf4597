from tidings import topics
from tidings.messages import Article, ArticleEntities, ArticleEvents, DeadLetter
from tidings.topics import ALL


def test_each_topic_has_a_name_of_its_own() -> None:
    assert len({topic.name for topic in ALL}) == len(ALL)


def test_every_declared_topic_is_made() -> None:
    declared = {value for value in vars(topics).values() if isinstance(value, topics.Topic)}
    assert declared == set(ALL)


def test_each_kind_of_record_has_its_topic() -> None:
    assert {topic.record for topic in ALL} == {Article, ArticleEntities, ArticleEvents, DeadLetter}


def test_every_topic_is_written_and_read_by_somebody() -> None:
    assert all(topic.writers and topic.readers for topic in ALL)


def test_topics_keyed_by_article_hold_records_with_an_article_id() -> None:
    for topic in ALL:
        if topic.key == "article_id":
            assert "article_id" in topic.record.model_fields


def test_names_are_safe_as_kafka_names_and_as_metric_labels() -> None:
    # Kafka takes . and _ for the same in metric names: mixing them would let two topics collide.
    assert all(set(topic.name) <= set("abcdefghijklmnopqrstuvwxyz.") for topic in ALL)
