"""Every block type, in one module: what `prefect block register` takes."""

from blocks.models import (
    MagicaiAnthropic,
    MagicaiAzure,
    MagicaiCompatible,
    MagicaiDeepSeek,
    MagicaiGoogle,
    MagicaiMistral,
    MagicaiOllama,
    MagicaiOpenAI,
    MagicaiOpenRouter,
    MagicaiQwen,
    MagicaiVertex,
)
from blocks.stores import MagicaiChroma, MagicaiElasticsearch, MagicaiNeo4j, MagicaiPostgresql, MagicaiRedis

__all__ = [
    "MagicaiAnthropic",
    "MagicaiAzure",
    "MagicaiChroma",
    "MagicaiCompatible",
    "MagicaiDeepSeek",
    "MagicaiElasticsearch",
    "MagicaiGoogle",
    "MagicaiMistral",
    "MagicaiNeo4j",
    "MagicaiOllama",
    "MagicaiOpenAI",
    "MagicaiOpenRouter",
    "MagicaiPostgresql",
    "MagicaiQwen",
    "MagicaiRedis",
    "MagicaiVertex",
]
