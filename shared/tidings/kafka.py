"""Kafka outside of a stage: waiting for it, its topics, writing.

By kafka-python, whose traps are met here once: it blocks for minutes where something is missing,
says in a future only that a record was refused, and leaks threads of clients that never connected.
"""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog
import tenacity
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource
from kafka.errors import (
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
    for_code,
)

from tidings import topics
from tidings.errors import EngineUnavailable, TidingsError
from tidings.settings import Settings, reveal
from tidings.tls import OursRefused, speaks_tls, tls_context
from tidings.topics import Topic

BATCH_OVERHEAD_BYTES: Final = 512
"""More than a batch of one record adds to the record's value: its header, key and headers."""

_LONGEST_REASON: Final = 200
_NEVER_MS: Final = 2**31 - 1
_FOR_EVER: Final = -1
FIRST_ANSWER_SECONDS: Final = 5.0
COMMAND_PATIENCE_SECONDS: Final = 10.0
"""How long a command waits for an engine that does not answer, before it says so and ends."""

_SAY_EVERY_SECONDS: Final = 30.0
_REFUSAL_MS: Final = 2_000
_HUNG_UP: Final = "socket disconnected"
_NOT_LET_IN: Final = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError)
_ALREADY_EXISTS: Final = "TopicAlreadyExistsError"

log = structlog.get_logger(__name__)


def wait_for_kafka(
    settings: Settings,
    stop: threading.Event | None = None,
    *,
    patience_seconds: float | None = None,
) -> bool:
    """True once Kafka answers; False where `stop` was set before that.

    Waits for ever, or raises EngineUnavailable after `patience_seconds`. Says that it waits once,
    and then every 30 s.
    """
    stop = stop or threading.Event()
    stops: list[Any] = [tenacity.stop_when_event_set(stop)]
    if patience_seconds is not None:
        stops.append(tenacity.stop_after_delay(patience_seconds))
    attempts = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(EngineUnavailable),
        wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=5, jitter=0.5),
        sleep=tenacity.sleep_using_event(stop),
        stop=tenacity.stop_any(*stops),
        before_sleep=_say_seldom(settings),
        reraise=True,
    )
    try:
        attempts(check_kafka, settings)
    except EngineUnavailable:
        if stop.is_set():
            return False
        raise
    return True


def check_kafka(settings: Settings) -> None:
    """Raises EngineUnavailable where Kafka does not answer within a few seconds."""
    with open_admin(settings) as admin:
        admin.list_topics()


@contextmanager
def open_admin(settings: Settings) -> Iterator[Any]:
    """A KafkaAdminClient whose every call is answered, or fails, within a few seconds. Within the
    block, any KafkaError becomes EngineUnavailable."""
    begun: list[Any] = []

    def remembered(**config: Any) -> Any:
        begun.append(KafkaAdminClient.DEFAULT_CONFIG["kafka_client"](**config))
        return begun[-1]

    limit_ms = int(FIRST_ANSWER_SECONDS * 1000)
    try:
        try:
            admin = KafkaAdminClient(
                **connection(settings),
                bootstrap_timeout_ms=limit_ms,
                request_timeout_ms=limit_ms,
                kafka_client=remembered,
            )
        except KafkaError as error:
            refusals = [refusal for client in begun if (refusal := _refusal(settings, client))]
            # The client starts its thread before it connects, and forgets it where that fails.
            for client in begun:
                client.close()
                client._manager._net.stop()
            raise refusals[0] if refusals else error from None
        try:
            yield admin
        finally:
            admin.close()
    except KafkaError as error:
        raise unavailable(settings, error) from error


def unavailable(settings: Settings, error: object) -> EngineUnavailable:
    """What is wrong, in a sentence. kafka-python only says of TLS that nothing came of it, so that
    is tried anew."""
    reason = str(error)[:_LONGEST_REASON]
    if isinstance(error, KafkaError) and (trouble := _tls_trouble(settings)):
        return EngineUnavailable(f"Kafka at {settings.kafka} {trouble}.")
    if isinstance(error, _NOT_LET_IN):
        said = reason.rpartition("Error: ")[2]
        return EngineUnavailable(
            f"Kafka at {settings.kafka} refuses the user {settings.kafka_user} ({said}): check "
            "TIDINGS_KAFKA_USER, TIDINGS_KAFKA_PASSWORD and TIDINGS_KAFKA_MECHANISM."
        )
    plain = settings.kafka_protocol == "PLAINTEXT"
    other = "" if plain else f", or another protocol than {settings.kafka_protocol} is spoken there"
    return EngineUnavailable(
        f"Kafka does not answer at {settings.kafka} ({reason}){other}; "
        "start it (`tidings up`) or set TIDINGS_KAFKA_SERVERS."
    )


def ensure_topics(settings: Settings, *, only_missing: bool = False) -> None:
    """Makes the topics that are missing, and gives all of them the limits of `settings`.

    Harmless when repeated, or done by two services at once. Partitions are never changed: where a
    topic has another number than the setting says, that is logged. With `only_missing`, topics
    that are there stay as they are: a command's settings are its user's, not the installation's.
    Raises EngineUnavailable, or TidingsError where Kafka refuses a topic.
    """
    with open_admin(settings) as admin:
        arrange_topics(admin, settings, only_missing=only_missing)


def arrange_topics(admin: Any, settings: Settings, *, only_missing: bool) -> None:
    """What `ensure_topics` does, by a KafkaAdminClient that is open."""
    present = {
        topic["name"]: len(topic["partitions"])
        for topic in admin.describe_topics()
        if topic["error_code"] == 0
    }
    # A topic that comes later gets as many partitions as those that results must line up with.
    count = present.get(topics.ARTICLES.name, settings.topic_partitions)
    missing = [topic for topic in topics.ALL if topic.name not in present]
    if missing:
        _create(admin, missing, count, settings)
    if not only_missing:
        _compare_partitions(present, settings)
        _apply_limits(admin, settings)


def new_producer(settings: Settings) -> Any:
    """A KafkaProducer: all replicas acknowledge, retries never double. Raises EngineUnavailable.

    Nothing is confirmed before `future.get(timeout)` has returned: `flush()` returns normally
    where every record failed. Give up waiting by that timeout: the library's own expiry is off,
    since an idempotent producer whose batch has expired never sends again (kafka-python 3.0.12).
    An error that is not `retriable` (one record too large is enough) breaks the producer as well:
    every later record fails with it, so make another one. Gzip halves what is kept for ever, and
    cost no measurable time (2,500 articles/s both ways).
    """
    try:
        return KafkaProducer(
            **connection(settings),
            acks="all",
            enable_idempotence=True,
            compression_type="gzip",
            linger_ms=5,
            batch_size=128 * 1024,
            max_request_size=settings.message_max_bytes,
            max_block_ms=int(FIRST_ANSWER_SECONDS * 1000),
            bootstrap_timeout_ms=int(FIRST_ANSWER_SECONDS * 1000),
            request_timeout_ms=5_000,
            reconnect_backoff_max_ms=1_000,
            delivery_timeout_ms=_NEVER_MS,
            allow_auto_create_topics=False,
        )
    except KafkaError as error:
        raise unavailable(settings, error) from error


def discard_producer(producer: Any) -> None:
    """Closes at once; what is not confirmed by now may or may not arrive."""
    # close() alone gives up its own stop where records are pending, and its thread lives on.
    producer._sender.force_close()
    producer._sender.join(2)
    producer.close(timeout=2)


def connection(settings: Settings) -> dict[str, Any]:
    """Where Kafka is and how it is spoken to, as kafka-python's clients take it. Raises
    SettingsError where a certificate cannot be used."""
    return {
        "bootstrap_servers": [server.strip() for server in settings.kafka.split(",")],
        "security_protocol": settings.kafka_protocol,
        "ssl_context": tls_of(settings),
        "sasl_mechanism": settings.kafka_mechanism if settings.kafka_user else None,
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": reveal(settings.kafka_password),
    }


def tls_of(settings: Settings) -> ssl.SSLContext | None:
    """None where Kafka is spoken to without TLS. Raises SettingsError."""
    if "SSL" not in settings.kafka_protocol:
        return None
    return tls_context(settings.kafka_ca, settings.kafka_cert, settings.kafka_key)


def _refusal(settings: Settings, client: Any) -> KafkaError | None:
    """Why Kafka refuses our user, where it does. kafka-python goes on trying and tells only its
    log; over TLS it mostly loses the broker's words together with the connection."""
    if not settings.kafka_user:
        return None
    manager = client._manager

    async def connect() -> None:
        node_id = manager.cluster.bootstrap_brokers()[0].node_id
        manager.reset_backoff(node_id)
        manager._conns.pop(node_id, None)  # one that was given up says nothing more
        await manager.get_connection(
            node_id,
            timeout_ms=_REFUSAL_MS,
            pop_on_close=False,
            refresh_metadata_on_err=False,
        )

    refusal: KafkaError | None = None
    try:
        manager.run(connect)
    except _NOT_LET_IN as error:
        refusal = error
    except KafkaError as error:
        if _HUNG_UP in str(error):
            refusal = SaslAuthenticationFailedError("Error: it hangs up")
    return refusal


def _tls_trouble(settings: Settings) -> str | None:
    ours = tls_of(settings)
    host, _, port = settings.kafka.split(",")[0].strip().rpartition(":")
    try:
        theirs = speaks_tls(host.strip("[]"), int(port), ours)
    except ssl.SSLCertVerificationError as error:
        return (
            f"shows a certificate that is not trusted ({error.verify_message}): see "
            "TIDINGS_KAFKA_CA"
        )
    except OursRefused:
        theirs = True
        if ours is not None:
            own = settings.kafka_cert
            said = f"refuses {own}" if own else "asks for a certificate"
            return f"{said}: see TIDINGS_KAFKA_CERT and TIDINGS_KAFKA_KEY"
    if theirs is None or theirs == (ours is not None):
        return None
    speaks = "speaks TLS" if theirs else "does not speak TLS"
    return f"{speaks}: TIDINGS_KAFKA_PROTOCOL={settings.kafka_protocol} is not for it"


def _say_seldom(settings: Settings) -> Callable[[tenacity.RetryCallState], None]:
    said_at = -_SAY_EVERY_SECONDS

    def say(state: tenacity.RetryCallState) -> None:
        nonlocal said_at
        waited = state.seconds_since_start or 0.0
        if waited - said_at >= _SAY_EVERY_SECONDS:
            said_at = waited
            reason = str(state.outcome.exception()) if state.outcome else ""
            log.warning("waits for Kafka", reason=reason, seconds=round(waited))

    return say


def _limits(topic: Topic, settings: Settings) -> dict[str, str]:
    """The topic settings that follow ours, on running topics too. Copies bear the time of their
    originals, by which Kafka would delete old ones before anybody had read them."""
    return {
        "retention.ms": str(settings.topic_retention_ms if topic.kept else _FOR_EVER),
        "max.message.bytes": str(settings.message_max_bytes),
    }


def topic_config(topic: Topic, settings: Settings) -> dict[str, str]:
    """How a new topic is made. Records keep their writer's timestamp, since a replay must not
    make an old version new; with three replicas, two have a record before it is confirmed."""
    config = {"cleanup.policy": "delete", "message.timestamp.type": "CreateTime"}
    if settings.topic_replication >= 3:
        config["min.insync.replicas"] = "2"
    return config | _limits(topic, settings)


def _create(admin: Any, missing: list[Topic], count: int, settings: Settings) -> None:
    wanted = {
        topic.name: {
            "num_partitions": count,
            "replication_factor": settings.topic_replication,
            "configs": topic_config(topic, settings),
        }
        for topic in missing
    }
    for made in admin.create_topics(wanted, raise_errors=False)["topics"]:
        error = for_code(made["error_code"])
        if made["error_code"] and error.__name__ != _ALREADY_EXISTS:
            raise TidingsError(
                f"Kafka refuses the topic {made['name']}: {made['error_message'] or error.__name__}"
            )
    admin.wait_for_topics(list(wanted))


def _compare_partitions(present: dict[str, int], settings: Settings) -> None:
    for topic in topics.ALL:
        partitions = present.get(topic.name, settings.topic_partitions)
        if partitions != settings.topic_partitions:
            log.warning(
                "topic has another number of partitions than TIDINGS_TOPIC_PARTITIONS says",
                topic=topic.name,
                partitions=partitions,
                setting=settings.topic_partitions,
            )


def _apply_limits(admin: Any, settings: Settings) -> None:
    limits = {topic.name: _limits(topic, settings) for topic in topics.ALL}
    resources = [ConfigResource("TOPIC", name, list(wanted)) for name, wanted in limits.items()]
    current = admin.describe_configs(resources, config_filter="all")["topic"]
    for topic in topics.ALL:
        changed = {
            name: value
            for name, value in limits[topic.name].items()
            if current[topic.name][name]["value"] != value
        }
        if changed:
            admin.alter_configs([ConfigResource("TOPIC", topic.name, changed)])
            log.info("topic's limits changed", topic=topic.name, **changed)
