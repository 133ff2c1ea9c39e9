"""The servers of a lab, one file each."""

from tests.lab.server import Server
from tests.lab.servers.bluesky import Bluesky
from tests.lab.servers.chroma import Chroma
from tests.lab.servers.elasticsearch import Elasticsearch
from tests.lab.servers.ghost import Ghost
from tests.lab.servers.mastodon import Mastodon
from tests.lab.servers.neo4j import Neo4j
from tests.lab.servers.oidc import Oidc
from tests.lab.servers.postgresql import PostgreSQL
from tests.lab.servers.redis import Redis
from tests.lab.servers.s3 import S3
from tests.lab.servers.snac import Snac
from tests.lab.servers.vendure import Vendure
from tests.lab.servers.wordpress import WordPress

STORES = ("postgresql", "redis", "elasticsearch", "neo4j", "chroma", "s3")
"""Those that are started where none is named; to Vendure's shop products are written, with oidc
people sign in; the others are published to."""

SERVERS: dict[str, Server] = {
    server.name: server
    for server in (
        PostgreSQL(),
        Redis(),
        Elasticsearch(),
        Neo4j(),
        Chroma(),
        S3(),
        WordPress(),
        Ghost(),
        Bluesky(),
        Mastodon(),
        Snac(),
        Vendure(),
        Oidc(),
    )
}
