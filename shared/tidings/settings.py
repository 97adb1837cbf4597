"""Every TIDINGS_* variable: typed, with its default and its meaning.

Values come from the environment, from a file, and from secret files. Those that are secret are
`SecretStr`: they show themselves nowhere, and whoever sends one asks for it by name.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import (
    AfterValidator,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from tidings.errors import SettingsError

PREFIX: Final = "TIDINGS_"
Port = Annotated[int, Field(ge=1, le=65535)]
Workers = Annotated[int, Field(ge=1, le=100)]


def _servers(value: str) -> str:
    for server in value.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not (port.isdecimal() and 0 < int(port) < 65536):
            raise ValueError(f"{server.strip()!r} is not host:port; write e.g. 127.0.0.1:9092")
    return value


def _http_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or port is None:
        raise ValueError("no http(s) address with a port; write e.g. http://127.0.0.1:9200")
    if "@" in parts.netloc:
        raise ValueError("an address is no secret: leave out user and password, use an API key")
    return value


Servers = Annotated[str, AfterValidator(_servers)]
HttpAddress = Annotated[str, AfterValidator(_http_address)]
Secret = SecretStr | None


def _private_folder(kind: Literal["cache", "state"]) -> Path:
    """Where this user's files of that kind go (XDG). Root's own home is closed to the user that
    Elasticsearch must run as, so root gets the system's folders."""
    if os.geteuid() == 0:
        return Path("/var/cache/tidings" if kind == "cache" else "/var/lib/tidings")
    fallback = Path.home() / (".cache" if kind == "cache" else ".local/state")
    return Path(os.environ.get(f"XDG_{kind.upper()}_HOME") or fallback) / "tidings"


class Settings(BaseSettings):
    """Read once by each program at its start and passed down; nothing else looks at the
    environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True,
        hide_input_in_errors=True,
    )  # fmt: skip

    settings: Path | None = Field(
        None, description="file of more settings, NAME=value a line; the environment goes first"
    )
    secrets_dir: Path = Field(
        Path("/run/secrets"),
        description="folder of files that each hold one setting, named as its variable in lower "
        "case; the environment and the file go first",
    )
    kafka_servers: Servers | None = Field(
        None, description="Kafka's bootstrap servers, host:port[,host:port]; unset: start our own"
    )
    elasticsearch_url: HttpAddress | None = Field(
        None, description="Elasticsearch's address; unset: start our own"
    )
    elasticsearch_api_key: Secret = Field(
        None, description="API key for Elasticsearch, as it prints it (base64)"
    )
    elasticsearch_ca: FilePath | None = Field(
        None, description="who signed Elasticsearch's certificate (PEM); unset: the usual ones"
    )
    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="how Kafka is spoken to: SSL is TLS, SASL a user and a password"
    )
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="how the password is proven to Kafka"
    )
    kafka_user: str | None = Field(None, description="Kafka's user, with SASL")
    kafka_password: Secret = Field(None, description="that user's password")
    kafka_ca: FilePath | None = Field(
        None, description="who signed Kafka's certificate (PEM); unset: the usual ones"
    )
    kafka_cert: FilePath | None = Field(
        None, description="our own certificate for Kafka (PEM), where it asks for one"
    )
    kafka_key: FilePath | None = Field(
        None, description="its private key (PEM); unset: in the same file"
    )
    elasticsearch_home: Path | None = Field(
        None, description="an unpacked Elasticsearch 9 to start instead of the one we download"
    )
    kafka_port: Port = Field(
        9092, description="port of our own Kafka; the next one is its controller's"
    )
    elasticsearch_port: Port = Field(
        9200, description="port of our own Elasticsearch; its transport port is 100 higher"
    )
    kafka_heap_mb: int = Field(512, ge=128, description="Java heap of our own Kafka, MiB")
    elasticsearch_heap_mb: int = Field(
        1024, ge=256, description="Java heap of our own Elasticsearch, MiB"
    )
    cache_dir: Path = Field(
        default_factory=lambda: _private_folder("cache"),
        description="downloaded engines are kept here",
    )
    data_dir: Path = Field(
        default_factory=lambda: _private_folder("state"),
        description="what `tidings up` keeps: the engines' data, logs, its state",
    )

    host: str = Field("127.0.0.1", description="address that the services listen on")
    search_port: Port = Field(8000, description="port of the page and the API")
    ingest_port: Port = Field(8001, description="port of POST /articles")
    entities_port: Port = Field(
        8002, description="port of the entities worker's /metrics and /health"
    )
    events_port: Port = Field(8003, description="port of the events worker's /metrics and /health")
    index_port: Port = Field(8004, description="port of the index worker's /metrics and /health")
    watch_port: Port = Field(8005, description="port of the watch's /metrics and /health")
    entities_workers: Workers = Field(
        1, description="entities workers that `tidings up` starts; each port is 10 above the last"
    )
    events_workers: Workers = Field(1, description="the same of events workers")
    index_workers: Workers = Field(1, description="the same of index workers")
    discovery: Literal["file", "dns"] = Field(
        "file",
        description="how /status finds the services without Prometheus: by the launcher's file, or "
        "each by its own name as a host",
    )
    prometheus: Path | None = Field(
        None, description="the prometheus program; unset: on PATH or in the data folder, else none"
    )
    kafka_metrics_port: int = Field(
        9404,
        ge=0,
        le=65535,
        description="port of our own Kafka's metrics, for our Prometheus; 0: it shows none",
    )
    prometheus_port: Port = Field(9090, description="port of our own Prometheus")
    prometheus_url: HttpAddress | None = Field(
        None, description="Prometheus' address, for the page /status; unset: that of our own"
    )

    keys_required: bool = Field(
        False, description="whether ingest and search answer only who has a key (`tidings keys`)"
    )
    key: Secret = Field(None, description="the key by which commands ask the search service")

    topic_partitions: int = Field(
        12, ge=1, description="partitions of each topic: the most workers a stage"
    )
    topic_replication: int = Field(1, ge=1, description="replicas of each partition")
    topic_retention_ms: int = Field(
        -1,
        ge=-1,
        description="how long records are kept, ms; -1 for ever: a rebuild reads them again",
    )
    message_max_bytes: int = Field(
        16 * 1024 * 1024, ge=128 * 1024, description="largest record that a topic takes"
    )
    article_max_chars: int = Field(
        500_000, ge=1, le=1_000_000, description="longest article, characters of title and text"
    )
    inbox: Path | None = Field(
        None, description="folder whose files are pushed as they appear; unset: off"
    )

    model: str = Field("en_core_web_sm", description="spaCy model of both extractors")
    batch_articles: int = Field(
        8, ge=1, le=256, description="most articles an extractor takes at once"
    )
    index_name: str = Field(
        "articles", pattern=r"^[a-z][a-z0-9_-]*$", description="alias of the index"
    )
    index_shards: int = Field(1, ge=1, description="primary shards of a new index")
    index_replicas: int = Field(0, ge=0, description="replicas of each shard of a new index")
    index_refresh_ms: int = Field(
        500, ge=100, description="how soon a written article is found, ms"
    )
    index_batch: int = Field(500, ge=1, description="most records the index writes at once")
    index_batch_ms: int = Field(150, ge=1, description="longest wait for a batch to fill, ms")

    dead_letter_window: int = Field(
        200,
        ge=0,
        description="a stage stops when more than half of its last so many records are bad; "
        "0: it never does",
    )
    session_timeout_seconds: float = Field(
        10, ge=6, le=90, description="after this silence Kafka gives a worker's partitions away"
    )
    stall_seconds: float = Field(
        120,
        ge=5,
        description="a worker with waiting records and no progress for so long is unhealthy",
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="auto: text on a terminal, JSON elsewhere"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="least level logged"
    )

    @property
    def kafka(self) -> str:
        return self.kafka_servers or f"127.0.0.1:{self.kafka_port}"

    @property
    def elasticsearch(self) -> str:
        return self.elasticsearch_url or f"http://127.0.0.1:{self.elasticsearch_port}"

    @property
    def prometheus_address(self) -> str:
        return self.prometheus_url or f"http://127.0.0.1:{self.prometheus_port}"

    @property
    def search_address(self) -> str:
        return self.address_of("search")

    def address_of(self, service: str) -> str:
        """Where a service is reached from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port_of(service)}"

    def port_of(self, service: str) -> int:
        port: int = getattr(self, f"{service}_port")
        return port

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        """What would be left unused, or is missing, is said before anything connects without it."""
        sasl, tls = "SASL" in self.kafka_protocol, "SSL" in self.kafka_protocol
        said = f"TIDINGS_KAFKA_PROTOCOL={self.kafka_protocol}"
        if sasl and not (self.kafka_user and self.kafka_password):
            raise ValueError(f"{said} needs TIDINGS_KAFKA_USER and TIDINGS_KAFKA_PASSWORD")
        if not sasl and (self.kafka_user or self.kafka_password):
            raise ValueError(f"{said} sends no user and password; write SASL_SSL")
        if not tls and (self.kafka_ca or self.kafka_cert or self.kafka_key):
            raise ValueError(f"{said} uses no certificates; write SSL or SASL_SSL")
        if self.kafka_key and not self.kafka_cert:
            raise ValueError("TIDINGS_KAFKA_KEY needs its certificate, TIDINGS_KAFKA_CERT")
        if self.elasticsearch_ca and not self.elasticsearch.startswith("https:"):
            raise ValueError("TIDINGS_ELASTICSEARCH_CA needs an https address of Elasticsearch")
        return self

    @classmethod
    def load(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The settings that the environment gives; what it leaves open, the file that it names; and
        then the secret files. What is empty counts as unset. Raises SettingsError with one sentence
        that holds no secret."""
        given = cls._known(os.environ if environment is None else environment)
        if file := given.get("settings"):
            given = {**cls._known(_read_file(Path(file))), **given}
        given = {**cls._known(_read_secrets(given.get("secrets_dir"))), **given}
        try:
            return cls(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            raise SettingsError(_sentence(error)) from None

    @classmethod
    def _known(cls, values: Mapping[str, str]) -> dict[str, str]:
        """The values of our variables, by field."""
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in values.items()
            if name.startswith(PREFIX) and value
        }
        for name in given:
            if name not in cls.model_fields:
                raise SettingsError(_unknown(name, list(cls.model_fields)))
        return given

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment that gives a child process these very settings, secrets among them, and
        `base` otherwise."""
        others = {
            name: value for name, value in (base or {}).items() if not name.startswith(PREFIX)
        }
        own = {
            variable(name): str(value.get_secret_value() if isinstance(value, SecretStr) else value)
            for name in type(self).model_fields
            if (value := getattr(self, name)) is not None
        }
        return {**others, **own}


def reveal(secret: Secret) -> str | None:
    """The secret itself, for whoever sends it where it belongs."""
    return secret.get_secret_value() if secret else None


def bearer(settings: Settings) -> dict[str, str]:
    """The header by which a command shows its key to a service, where it has one."""
    return {"Authorization": f"Bearer {settings.key.get_secret_value()}"} if settings.key else {}


def variable(field: str) -> str:
    return PREFIX + field.upper()


def _unknown(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {variable(close[0])}?" if close else ""
    return f"{variable(name)} is no setting of Tidings.{hint} `tidings settings` lists them all."


def _read_file(path: Path) -> dict[str, str]:
    """The names and values of a file as docker compose reads its `.env`, but that nothing is put in
    for a `$`. Raises SettingsError."""
    try:
        with path.open(encoding="utf-8") as file:
            lines = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"TIDINGS_SETTINGS={path} cannot be read ({_why(error)}).") from None
    for line in lines:
        if line.error or (line.key and line.value is None):
            raise SettingsError(f"{path}, line {line.original.line}: write NAME=value.")
    return {line.key: line.value or "" for line in lines if line.key}


def _read_secrets(given: str | None) -> dict[str, str]:
    """The contents of the folder's files by their names in upper case. Raises SettingsError; only
    the usual folder may be missing."""
    usual = Settings.model_fields["secrets_dir"].default
    folder = Path(given or usual)
    if folder == usual and not folder.is_dir():
        return {}
    try:
        files = [file for file in folder.iterdir() if file.name.startswith(PREFIX.lower())]
        return {file.name.upper(): file.read_text("utf-8").strip() for file in files}
    except (OSError, UnicodeDecodeError) as error:
        place = getattr(error, "filename", None) or folder
        raise SettingsError(f"the secrets in {place} cannot be read ({_why(error)}).") from None


def _why(error: OSError | UnicodeDecodeError) -> str:
    return str(error.strerror) if isinstance(error, OSError) else "it is no UTF-8 text"


def _sentence(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{message}."
    field = str(first["loc"][0])
    message = message[0].lower() + message[1:]
    value = "" if _is_hidden(field, first["input"]) else f"={first['input']!r}"
    return f"{variable(field)}{value}: {message}."


def _is_hidden(field: str, value: object) -> bool:
    """An address may have a password in it."""
    return Settings.model_fields[field].annotation == Secret or "@" in str(value)
