"""TLS: what is said of certificates that cannot be used, and of engines that do not speak it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from kafka.errors import KafkaTimeoutError, SaslAuthenticationFailedError
from pydantic import SecretStr

from tests.certificates import make_certificates
from tidings.errors import EngineUnavailable, SettingsError
from tidings.kafka import check_kafka, unavailable
from tidings.settings import Settings
from tidings.tls import speaks_tls, tls_context
from tidings_local.ports import free_port

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


@contextmanager
def listening(
    certificate: Path | None,
    *,
    clients: Path | None = None,
    newest: ssl.TLSVersion = ssl.TLSVersion.MAXIMUM_SUPPORTED,
) -> Iterator[int]:
    """The port of a server that speaks TLS up to the version `newest`, or without a certificate
    hangs up on whoever does. With `clients`, those need a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate)
    context.maximum_version = newest
    if clients:
        context.load_verify_locations(clients)
        context.verify_mode = ssl.CERT_REQUIRED

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    if certificate:
                        context.wrap_socket(connection, server_side=True).close()
                    else:
                        connection.recv(4)

    with socket.create_server((HERE, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_it_is_found_out_whether_somebody_speaks_tls(certificates: Path) -> None:
    trusting, wary = tls_context(certificates / "ca.pem"), tls_context(None)
    with listening(certificates / "server.pem") as port:
        assert speaks_tls(HERE, port) is True
        assert speaks_tls(HERE, port, trusting) is True
        with pytest.raises(ssl.SSLCertVerificationError):
            speaks_tls(HERE, port, wary)
    with listening(None) as port:
        assert speaks_tls(HERE, port) is False
        assert speaks_tls(HERE, port, trusting) is False
    assert speaks_tls(HERE, free_port()) is None


def test_who_refuses_for_another_reason_speaks_tls_too(certificates: Path) -> None:
    modern = tls_context(certificates / "ca.pem")
    modern.minimum_version = ssl.TLSVersion.TLSv1_3
    with listening(certificates / "server.pem", newest=ssl.TLSVersion.TLSv1_2) as port:
        assert speaks_tls(HERE, port, modern) is True


def test_a_certificate_for_another_name_is_not_trusted(certificates: Path) -> None:
    trusting = tls_context(certificates / "ca.pem")
    with (
        listening(certificates / "server.pem") as port,
        pytest.raises(ssl.SSLCertVerificationError, match="not valid for 'localhost'"),
    ):
        speaks_tls("localhost", port, trusting)


def test_what_cannot_be_used_is_named(certificates: Path, tmp_path: Path) -> None:
    nonsense, closed = tmp_path / "nonsense.pem", tmp_path / "none.pem"
    nonsense.write_text("hello")
    for ca in (nonsense, closed):
        with pytest.raises(SettingsError, match=f"{ca.name} cannot be used for TLS"):
            tls_context(ca)
    with pytest.raises(SettingsError, match=r"nonsense.pem cannot be used for TLS"):
        tls_context(certificates / "ca.pem", nonsense)


@pytest.mark.parametrize(
    ("protocol", "ca", "certificate", "words"),
    [
        ("SSL", "another-ca.pem", "server.pem", "not trusted (unable to get local issuer"),
        ("PLAINTEXT", None, "server.pem", "speaks TLS: TIDINGS_KAFKA_PROTOCOL=PLAINTEXT is not"),
        ("SSL", "ca.pem", None, "does not speak TLS: TIDINGS_KAFKA_PROTOCOL=SSL is not for it"),
        ("SSL", "ca.pem", "server.pem", "does not answer"),
        ("PLAINTEXT", None, None, "does not answer"),
    ],
)
def test_what_is_wrong_between_kafka_and_us_is_a_sentence(
    certificates: Path, protocol: str, ca: str | None, certificate: str | None, words: str
) -> None:
    with listening(certificates / certificate if certificate else None) as port:
        settings = Settings.load({"TIDINGS_KAFKA_SERVERS": f"{HERE}:{port}"}).model_copy(
            update={"kafka_protocol": protocol, "kafka_ca": certificates / ca if ca else None}
        )
        assert words in str(unavailable(settings, KafkaTimeoutError("Unable to bootstrap")))


@pytest.mark.parametrize(
    ("shown", "authority", "words"),
    [
        (None, "ca.pem", "asks for a certificate: see TIDINGS_KAFKA_CERT and TIDINGS_KAFKA_KEY"),
        ("client.crt", "another-ca.pem", "client.crt: see TIDINGS_KAFKA_CERT"),
        ("client.crt", "ca.pem", "does not answer"),
    ],
)
def test_a_certificate_of_ours_that_kafka_wants_is_asked_for(
    certificates: Path, shown: str | None, authority: str, words: str
) -> None:
    ours = {"kafka_ca": certificates / "ca.pem"}
    if shown:
        ours |= {"kafka_cert": certificates / shown, "kafka_key": certificates / "client.key"}
    with listening(certificates / "server.pem", clients=certificates / authority) as port:
        settings = Settings(kafka_servers=f"{HERE}:{port}", kafka_protocol="SSL").model_copy(
            update=ours
        )
        assert words in str(unavailable(settings, KafkaTimeoutError("Unable to bootstrap")))


def test_a_refused_user_is_named_and_the_password_is_not() -> None:
    settings = Settings(
        kafka_servers=f"{HERE}:{free_port()}",
        kafka_protocol="SASL_PLAINTEXT",
        kafka_user="desk",
        kafka_password=SecretStr("hush"),
    )
    said = str(unavailable(settings, SaslAuthenticationFailedError("Invalid username")))
    assert "refuses the user desk" in said
    assert "check TIDINGS_KAFKA_USER, TIDINGS_KAFKA_PASSWORD" in said
    assert "hush" not in said


def test_a_kafka_that_hangs_up_on_the_user_refuses_him(certificates: Path) -> None:
    with listening(certificates / "server.pem") as port:
        settings = Settings(
            kafka_servers=f"{HERE}:{port}",
            kafka_protocol="SASL_SSL",
            kafka_ca=certificates / "ca.pem",
            kafka_user="desk",
            kafka_password=SecretStr("hush"),
        )
        with pytest.raises(
            EngineUnavailable, match=r"refuses the user desk \(it hangs up\): check"
        ):
            check_kafka(settings)
