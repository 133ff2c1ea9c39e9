"""What models want before a query and before a passage, as their model cards say.

A server knows nothing of it, and neither llama.cpp nor fastembed adds it: without it, they find less. A model that is
not listed gets texts as they are.
"""

import re
from dataclasses import dataclass

_WEB_QUERY = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
_SEARCHING = "Represent this sentence for searching relevant passages: "


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What stands before each text."""

    query: str = ""
    passage: str = ""


# By the official names, whatever quantisation or organisation stands around them; the first that fits.
_CARDS = (
    (r"\be5-(mistral-7b|large)-instruct|multilingual-e5-large-instruct", Prefixes(query=_WEB_QUERY)),
    (r"\b(multilingual-)?e5-(small|base|large)", Prefixes("query: ", "passage: ")),
    (r"\bbge-(small|base|large)-en", Prefixes(query=_SEARCHING)),
    (r"\bbge-(small|base|large)-zh", Prefixes(query="为这个句子生成表示以用于检索相关文章：")),
    (r"qwen3-embedding", Prefixes(query=_WEB_QUERY)),
    (r"nomic-embed-text", Prefixes("search_query: ", "search_document: ")),
    (r"snowflake-arctic-embed-(m|l)-v2|snowflake-arctic-embed2", Prefixes(query="query: ")),
    (r"snowflake-arctic-embed", Prefixes(query=_SEARCHING)),
    (r"mxbai-embed-large", Prefixes(query=_SEARCHING)),
    (r"embeddinggemma", Prefixes("task: search result | query: ", "title: none | text: ")),
)


def prefixes_of(model: str) -> Prefixes:
    """What a model wants before texts.

    Source: the models' cards, "Usage" or "Prompts".
    """
    for pattern, prefixes in _CARDS:
        if re.search(pattern, model.casefold()):
            return prefixes
    return Prefixes()
