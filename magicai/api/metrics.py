"""What Prometheus reads: requests by route and status, their times, open sockets. No user, no run, no address."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as MEDIA_TYPE

__all__ = ["MEDIA_TYPE", "Metrics"]


class Metrics:
    """This process's numbers; Prometheus adds up those of several gateways."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "magicai_http_requests", "Answered requests.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "magicai_http_request_seconds", "Time from the head of a request to the end of its answer.", ("route",),
            registry=self._registry,
        )  # fmt: skip
        self.sockets = Gauge("magicai_sockets_open", "Open WebSockets and event streams.", registry=self._registry)

    def text(self) -> bytes:
        """All numbers in Prometheus' format."""
        return generate_latest(self._registry)
