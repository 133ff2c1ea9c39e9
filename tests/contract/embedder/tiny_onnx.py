"""Tiny ONNX models with their tokenisers, made of nothing: a table of numbers, one row for each word.

ONNX is a protocol buffer; written by hand here, since the package that writes it is 50 MB.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

WORDS = (
    "a",
    "kettle",
    "of",
    "steel",
    "green",
    "tea",
    "leaves",
    "wooden",
    "chair",
    "what",
    "is",
    "query",
    ":",
    "passage",
)
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_INT64, _FLOAT = 7, 1


def _number(value: int) -> bytes:
    made = b""
    while value > 0x7F:
        made += bytes([value & 0x7F | 0x80])
        value >>= 7
    return made + bytes([value])


def _field(number: int, value: "int | bytes | str") -> bytes:
    if isinstance(value, int):
        return _number(number << 3) + _number(value)
    body = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | 2) + _number(len(body)) + body


def _node(kind: str, inputs: Sequence[str], output: str, *attributes: bytes) -> bytes:
    named = b"".join(_field(1, one) for one in inputs) + _field(2, output) + _field(4, kind)
    return _field(1, named + b"".join(_field(5, attribute) for attribute in attributes))


def _value(name: str, kind: int, dimensions: Sequence[str]) -> bytes:
    shape = b"".join(_field(1, _field(2, dimension)) for dimension in dimensions)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, shape)))


def _table(name: str, rows: np.ndarray) -> bytes:
    sizes = b"".join(_field(1, size) for size in rows.shape)
    return _field(5, sizes + _field(2, _FLOAT) + _field(8, name) + _field(9, rows.astype("<f4").tobytes()))


def _model(nodes: bytes, rows: np.ndarray, output: bytes) -> bytes:
    inputs = b"".join(_field(11, _value(name, _INT64, ("b", "s"))) for name in ("input_ids", "attention_mask"))
    graph = nodes + _field(2, "tiny") + _table("table", rows) + inputs + _field(12, output)
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))


def _tokenizer(folder: Path) -> None:
    vocabulary = {word: place for place, word in enumerate((*SPECIAL, *WORDS))}
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    special = [{"id": place, "content": word, **plain, "special": True} for place, word in enumerate(SPECIAL)]
    told = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None,
        "decoder": None, "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(told))
    (folder / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 64, "pad_token": "[PAD]"}))
    (folder / "config.json").write_text(json.dumps({"pad_token_id": 0}))


def _rows(width: int) -> np.ndarray:
    """A direction for each word, the same on every machine."""
    rows = np.zeros((len(SPECIAL) + len(WORDS), width), dtype=np.float32)
    for place, row in enumerate(rows):
        seed = int.from_bytes(hashlib.sha256(f"{place}".encode()).digest()[:8])
        row[:] = np.random.default_rng(seed).standard_normal(width)
    return rows


def embedder(root: Path, name: str = "test/tiny", *, dimension: int = 16) -> Path:
    """An embedding model whose vectors are the mean of its words' directions."""
    folder = root / name
    (folder / "1_Pooling").mkdir(parents=True)
    pooling = {"word_embedding_dimension": dimension, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    _tokenizer(folder)
    nodes = _node("Gather", ("table", "input_ids"), "hidden")
    # Every input is used, since what is not would be no input.
    nodes += _node("Identity", ("attention_mask",), "mask")
    (folder / "model.onnx").write_bytes(_model(nodes, _rows(dimension), _value("hidden", _FLOAT, ("b", "s", "d"))))
    return folder


def reranker(root: Path, name: str = "test/tiny-reranker") -> Path:
    """A cross-encoder whose score is how much of steel kettles query and text speak together."""
    folder = root / name
    folder.mkdir(parents=True)
    _tokenizer(folder)
    rows = np.zeros((len(SPECIAL) + len(WORDS), 1), dtype=np.float32)
    for word in ("kettle", "steel"):
        rows[len(SPECIAL) + WORDS.index(word)] = 1.0
    axes = _field(1, "axes") + _field(8, 1) + _field(20, 7)
    keep = _field(1, "keepdims") + _field(3, 0) + _field(20, 2)
    nodes = _node("Gather", ("table", "input_ids"), "each") + _node("ReduceMean", ("each",), "logits", axes, keep)
    (folder / "model.onnx").write_bytes(_model(nodes, rows, _value("logits", _FLOAT, ("b", "l"))))
    return folder
