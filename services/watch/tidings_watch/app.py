"""The watch: it looks at the engines and the outlets from outside, so that what hangs is seen."""

from typing import Final

from tidings.elastic import new_blocking_client
from tidings.settings import Settings
from tidings_watch.broker import BrokerLook
from tidings_watch.cluster import ClusterLook
from tidings_watch.look import Look
from tidings_watch.outlets import OutletLook

BROKER_SECONDS: Final = 5.0
CLUSTER_SECONDS: Final = 10.0
OUTLETS_SECONDS: Final = 60.0


def build_looks(settings: Settings) -> list[Look]:
    """Nothing is asked before they look. Each has a client of its own: none waits for another."""
    broker = BrokerLook(settings)
    cluster = ClusterLook(new_blocking_client(settings), settings.index_name)
    outlets = OutletLook(new_blocking_client(settings), settings.index_name)
    return [
        Look("kafka", BROKER_SECONDS, broker, broker.forget),
        Look("elasticsearch", CLUSTER_SECONDS, cluster, cluster.forget),
        Look("outlets", OUTLETS_SECONDS, outlets, outlets.forget),
    ]
