"""Every block type, in one module: what `prefect block register` takes."""

from blocks.models import MagicaiAnthropic, MagicaiCompatible, MagicaiOpenAI, MagicaiVertex
from blocks.stores import MagicaiChroma, MagicaiElasticsearch, MagicaiNeo4j, MagicaiPostgresql, MagicaiRedis

__all__ = [
    "MagicaiAnthropic",
    "MagicaiChroma",
    "MagicaiCompatible",
    "MagicaiElasticsearch",
    "MagicaiNeo4j",
    "MagicaiOpenAI",
    "MagicaiPostgresql",
    "MagicaiRedis",
    "MagicaiVertex",
]
