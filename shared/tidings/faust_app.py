"""The Faust app as we use it: what its own defaults would lose is kept."""

import logging
import os
import threading
from contextlib import suppress
from typing import Any, Final

import faust
from aiokafka.errors import IllegalStateError

from tidings.kafka import tls_of
from tidings.settings import Settings, reveal
from tidings.topics import Topic
from tidings.watchdog import MUST_RESTART

_GRACE_SECONDS: Final = 7.0


class _App(faust.App):  # type: ignore[misc]
    logger = logging.getLogger("faust")  # not ours: what Faust says of itself is for its own log

    def _create_directories(self) -> None:
        """None: nothing is kept on disk, and a container's disk may be read-only."""

    def _new_consumer(self) -> Any:
        """One that goes back to the beginning where nothing is committed.

        Around a rebalance Faust drops what it has fetched and seeks back, but only in partitions
        that have a committed offset: of the others, the first 500 records were lost.
        """
        consumer: Any = super()._new_consumer()
        seek_committed = consumer.perform_seek

        async def perform_seek() -> None:
            await seek_committed()
            fresh = [tp for tp in consumer.assignment() if not consumer._committed_offset[tp]]
            if fresh:
                with suppress(IllegalStateError):  # taken away meanwhile: the next round seeks anew
                    await consumer.seek_wait(await consumer.earliest_offsets(*fresh))

        consumer.perform_seek = perform_seek
        return consumer

    async def stop(self) -> None:
        """Ends the process where Faust cannot stop: it waits for a broker that is away. What is not
        acknowledged will be read again."""
        status = MUST_RESTART if self.crashed else 0
        alarm = threading.Timer(_GRACE_SECONDS, os._exit, [status])
        alarm.daemon = True
        alarm.start()
        await super().stop()


def new_app(name: str, settings: Settings) -> faust.App:
    """A Faust app with the settings under which nothing was lost in our fault tests."""
    return _App(
        name,
        broker=[f"kafka://{server.strip()}" for server in settings.kafka.split(",")],
        broker_credentials=_credentials(settings),
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        key_serializer="raw",
        value_serializer="raw",
        stream_wait_empty=False,
        stream_buffer_maxsize=max(64, settings.index_batch),
        broker_max_poll_interval=2_000_000,  # a client that leaves for this never comes back
        broker_max_poll_records=settings.index_batch,
        broker_session_timeout=settings.session_timeout_seconds,
        broker_heartbeat_interval=settings.session_timeout_seconds / 4,
        broker_commit_interval=1.0,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=30_000,
        producer_acks=-1,
        producer_request_timeout=20,
        producer_linger=0.005,
        producer_max_request_size=settings.message_max_bytes,
    )


def _credentials(settings: Settings) -> Any:
    """How Kafka is spoken to, as Faust takes it. Raises SettingsError where a certificate cannot be
    used."""
    tls = tls_of(settings)
    if not settings.kafka_user:
        return tls and faust.SSLCredentials(tls)
    return faust.SASLCredentials(
        username=settings.kafka_user,
        password=reveal(settings.kafka_password),
        ssl_context=tls,
        mechanism=settings.kafka_mechanism,
    )


def raw_topic(app: faust.App, *topics: Topic) -> Any:
    """A Faust topic whose keys and values are the very bytes."""
    return app.topic(
        *(topic.name for topic in topics),
        key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw",
    )  # fmt: skip
