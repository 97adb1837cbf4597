"""Engines that let nobody in without TLS and a password: a Kafka that also wants a certificate, an
Elasticsearch that knows one user and one API key."""

import base64
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialUpsertion
from pydantic import SecretStr

from tests.certificates import make_certificates
from tests.waiting import wait_until
from tidings.kafka import connection
from tidings.settings import Settings
from tidings.tls import tls_context
from tidings_local.engines import Engine, start_elasticsearch, start_kafka
from tidings_local.owner import Owner
from tidings_local.ports import free_ports

USER: Final = "tidings"
PASSWORD: Final = "kafka-password-that-nobody-may-read"
ADMIN: Final = "elasticsearch-password-that-nobody-may-read"
MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")

READ: Final = ("read", "view_index_metadata", "monitor")
WRITE: Final = (*READ, "write", "create_index", "manage")
"""What API keys allow: that of search, ingest and the watch, and that of the index workers and of
commands; docs/operations.md says the same."""


@contextmanager
def secured_engines() -> Iterator[tuple[Settings, Settings]]:
    """The settings of those that write to Elasticsearch, and of those that only read."""
    with tempfile.TemporaryDirectory(prefix="tidings-") as name, Owner() as owner:
        folder = Path(name)
        folder.chmod(0o755)  # Elasticsearch may run as another user
        certificates = folder / "certificates"
        certificates.mkdir()
        make_certificates(certificates)
        kafka_port, elasticsearch_port = free_ports(2, pairs=True)
        settings = Settings(
            kafka_servers=f"127.0.0.1:{kafka_port}",
            kafka_protocol="SASL_SSL",
            kafka_mechanism="PLAIN",
            kafka_user=USER,
            kafka_password=SecretStr(PASSWORD),
            kafka_ca=certificates / "ca.pem",
            kafka_cert=certificates / "client.crt",
            kafka_key=certificates / "client.key",
            kafka_heap_mb=256,
            elasticsearch_url=f"https://127.0.0.1:{elasticsearch_port}",
            elasticsearch_ca=certificates / "ca.pem",
            elasticsearch_heap_mb=512,
        )
        kafka = start_kafka(
            settings, folder / "kafka", kafka_port, owner,
            extra=_kafka_settings(kafka_port, certificates / "server.pem"),
        )  # fmt: skip
        elasticsearch = start_elasticsearch(
            settings, folder / "elasticsearch", elasticsearch_port, owner,
            extra=_ELASTICSEARCH_SETTINGS, files=_elasticsearch_files(folder, certificates),
        )  # fmt: skip
        kafka.wait_ready()
        _add_scram_user(settings)
        writer, reader = _api_keys(elasticsearch, certificates / "ca.pem")
        yield (
            settings.model_copy(update={"elasticsearch_api_key": writer}),
            settings.model_copy(update={"elasticsearch_api_key": reader}),
        )


def _kafka_settings(port: int, certificate: Path) -> dict[str, str]:
    jaas = "org.apache.kafka.common.security"
    plain = f'{jaas}.plain.PlainLoginModule required username="{USER}" password="{PASSWORD}"'
    listener = "listener.name.sasl_ssl"
    return {
        "listeners": f"SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{port + 1}",
        "advertised.listeners": f"SASL_SSL://127.0.0.1:{port}",
        "listener.security.protocol.map": "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "SASL_SSL",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        f"{listener}.ssl.client.auth": "required",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificate),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificate.with_name("ca.pem")),
        f"{listener}.plain.sasl.jaas.config": f'{plain} user_{USER}="{PASSWORD}";',
        f"{listener}.scram-sha-256.sasl.jaas.config": f"{jaas}.scram.ScramLoginModule required;",
        f"{listener}.scram-sha-512.sasl.jaas.config": f"{jaas}.scram.ScramLoginModule required;",
    }


_ELASTICSEARCH_SETTINGS: Final[Mapping[str, str | bool]] = {
    "xpack.security.enabled": True,
    "xpack.security.http.ssl.enabled": True,
    "xpack.security.http.ssl.certificate": "server.crt",
    "xpack.security.http.ssl.key": "server.key",
}


def _elasticsearch_files(folder: Path, certificates: Path) -> Path:
    """A user of its own realm of files, so that no tool has to make one."""
    files = folder / "files"
    files.mkdir()
    for name in ("server.crt", "server.key"):
        (files / name).write_bytes((certificates / name).read_bytes())
    (files / "users").write_text(f"{USER}:{_hashed(ADMIN)}\n")
    (files / "users_roles").write_text(f"superuser:{USER}\n")
    return files


def _hashed(password: str) -> str:
    rounds, salt = 10_000, os.urandom(32)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return "$".join(
        [f"{{PBKDF2}}{rounds}", *(base64.b64encode(one).decode() for one in (salt, digest))]
    )


def _add_scram_user(settings: Settings) -> None:
    admin: Any = KafkaAdminClient(**connection(settings))
    try:
        for mechanism in MECHANISMS[1:]:
            wanted = UserScramCredentialUpsertion(USER, mechanism, PASSWORD)
            refused = admin.alter_user_scram_credentials([wanted])
            assert not any(refused.values()), refused
    finally:
        admin.close()


def _api_keys(elasticsearch: Engine, ca: Path) -> list[SecretStr]:
    """Asks until the users are known, which is a moment after it has begun to answer."""
    context = tls_context(ca)
    with httpx.Client(base_url=elasticsearch.address, verify=context, auth=(USER, ADMIN)) as client:

        def knows_us() -> bool:
            try:
                return client.get("/_cluster/health").is_success
            except httpx.TransportError:
                return False

        wait_until(knows_us, "Elasticsearch knows its user")
        keys = []
        for privileges in (WRITE, READ):
            indices = [{"names": ["articles", "articles-*"], "privileges": privileges}]
            rights = {"tidings": {"cluster": ["monitor"], "indices": indices}}
            asked = {"name": "tidings", "role_descriptors": rights}
            made = client.post("/_security/api_key", json=asked).raise_for_status()
            keys.append(SecretStr(made.json()["encoded"]))
        return keys
