"""Certificates that tests make for themselves, by the openssl program."""

import subprocess
from pathlib import Path


def make_certificates(folder: Path) -> None:
    """ca.pem, another-ca.pem, and of the first, for 127.0.0.1, server.crt, server.key and, with
    both, server.pem; for a client client.crt and client.key, which are not for a server."""
    for ca in ("ca", "another-ca"):
        _openssl(folder, f"-keyout {ca}.key -out {ca}.pem -subj /CN={ca}")
    for name, use in (
        ("server", "subjectAltName=IP:127.0.0.1"),
        ("client", "extendedKeyUsage=clientAuth"),
    ):
        _openssl(
            folder,
            f"-CA ca.pem -CAkey ca.key -keyout {name}.key -out {name}.crt -subj /CN={name} "
            f"-addext {use} -addext basicConstraints=CA:FALSE",
        )
    both = [(folder / name).read_text() for name in ("server.key", "server.crt")]
    (folder / "server.pem").write_text("".join(both))


def _openssl(folder: Path, arguments: str) -> None:
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    command = [*new.split(), *arguments.split()]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
