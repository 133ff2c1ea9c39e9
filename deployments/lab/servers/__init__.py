"""The servers of a lab, one file each."""

from deployments.lab.server import Server
from deployments.lab.servers.chroma import Chroma
from deployments.lab.servers.elasticsearch import Elasticsearch
from deployments.lab.servers.neo4j import Neo4j
from deployments.lab.servers.postgresql import PostgreSQL
from deployments.lab.servers.redis import Redis
from deployments.lab.servers.s3 import S3

SERVERS: dict[str, Server] = {
    server.name: server for server in (PostgreSQL(), Redis(), Elasticsearch(), Neo4j(), Chroma(), S3())
}
