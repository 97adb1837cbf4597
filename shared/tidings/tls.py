"""TLS as every client of an engine speaks it: certificates are checked, and so are names."""

import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Final

from tidings.errors import SettingsError
from tidings.settings import Settings

_HANDSHAKE_SECONDS: Final = 2.0
_VERDICT_SECONDS: Final = 0.5

_REFUSALS: Final = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "TLSV1_ALERT_UNKNOWN_CA",
    }
)
"""OpenSSL's names for the alerts of a server that wants another certificate of its client."""


class OursRefused(Exception):
    """The other side wants a certificate of us: we showed none, or one that it does not trust."""


def tls_context(
    ca: Path | None, certificate: Path | None = None, key: Path | None = None
) -> ssl.SSLContext:
    """Trusts whom `ca` holds, or else whom the system trusts, and shows `certificate` where the
    other side asks for one. Raises SettingsError with the name of the file that cannot be used."""
    asked = ca
    try:
        context = ssl.create_default_context(cafile=ca)
        if certificate:
            asked = certificate
            # Without a password of its own, OpenSSL would ask for one on the terminal.
            context.load_cert_chain(certificate, key, password=lambda: b"")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise SettingsError(f"{asked} cannot be used for TLS ({why or error}).") from None
    return context


def elasticsearch_tls(settings: Settings) -> ssl.SSLContext | None:
    """None where Elasticsearch is spoken to without TLS. Raises SettingsError."""
    if not settings.elasticsearch.startswith("https:"):
        return None
    return tls_context(settings.elasticsearch_ca)


def speaks_tls(host: str, port: int, context: ssl.SSLContext | None = None) -> bool | None:
    """Whether who listens there does; None where nobody does, or does not answer. With `context`,
    raises SSLCertVerificationError where the certificate is not trusted, and OursRefused."""
    if context is None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        plain = socket.create_connection((host, port), timeout=_HANDSHAKE_SECONDS)
    except OSError:
        return None
    try:
        with plain, context.wrap_socket(plain, server_hostname=host) as tls:
            # In TLS 1.3 a client has shaken hands before the server has looked at its certificate.
            tls.settimeout(_VERDICT_SECONDS)
            with suppress(TimeoutError):
                tls.recv(1)
            return True
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError as error:
        if error.reason in _REFUSALS:
            raise OursRefused from None
        return "_ALERT_" in (error.reason or "")  # which is TLS too
    except TimeoutError:
        return None
    except OSError:
        return False
