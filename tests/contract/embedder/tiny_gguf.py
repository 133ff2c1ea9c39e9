"""A tiny BERT in a GGUF file, made of nothing: its weights are random, so that it says nothing, but reads all."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

WIDTH, _HEADS, _CONTEXT, _INNER = 32, 2, 512, 64
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORDS = ("a", "kettle", "of", "steel", "green", "tea", "leaves", "wooden", "chair", "query", "passage", ":")
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9
_ALIGNED = 32

Value = int | float | bool | str | Sequence[str] | Sequence[int]


def _text(words: str) -> bytes:
    body = words.encode()
    return struct.pack("<Q", len(body)) + body


def _value(value: Value) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", _BOOL, value)
        case int():
            return struct.pack("<II", _UINT32, value)
        case float():
            return struct.pack("<If", _FLOAT32, value)
        case str():
            return struct.pack("<I", _STRING) + _text(value)
        case _ if isinstance(value[0], str):
            return struct.pack("<IIQ", _ARRAY, _STRING, len(value)) + b"".join(_text(str(one)) for one in value)
        case _:
            return struct.pack("<IIQ", _ARRAY, _INT32, len(value)) + b"".join(struct.pack("<i", int(n)) for n in value)


def _tensors(vocabulary: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)

    def weights(*shape: int) -> np.ndarray:
        return (random.standard_normal(shape) * 0.3).astype("<f4")

    made = {
        "token_embd.weight": weights(vocabulary, WIDTH),
        "token_types.weight": weights(2, WIDTH),
        "position_embd.weight": weights(_CONTEXT, WIDTH) * 0.1,
        "blk.0.ffn_up.weight": weights(_INNER, WIDTH), "blk.0.ffn_up.bias": weights(_INNER),
        "blk.0.ffn_down.weight": weights(WIDTH, _INNER), "blk.0.ffn_down.bias": weights(WIDTH),
    }  # fmt: skip
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        made |= {f"blk.0.{name}.weight": weights(WIDTH, WIDTH), f"blk.0.{name}.bias": weights(WIDTH)}
    for name in ("token_embd_norm", "blk.0.attn_output_norm", "blk.0.layer_output_norm"):
        made |= {f"{name}.weight": np.ones(WIDTH, "<f4"), f"{name}.bias": np.zeros(WIDTH, "<f4")}
    return made


def write(path: Path) -> Path:
    """Write the file."""
    tokens = [*_SPECIAL, *(f"▁{word}" for word in _WORDS)]
    described: dict[str, Value] = {
        "general.architecture": "bert", "general.name": "tiny", "bert.context_length": _CONTEXT,
        "bert.embedding_length": WIDTH, "bert.feed_forward_length": _INNER, "bert.block_count": 1,
        "bert.attention.head_count": _HEADS, "bert.attention.layer_norm_epsilon": 1e-12,
        "bert.attention.causal": False, "bert.pooling_type": 1, "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.pre": "default", "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [3] * len(_SPECIAL) + [1] * len(_WORDS),
        "tokenizer.ggml.token_type_count": 2, "tokenizer.ggml.padding_token_id": 0,
        "tokenizer.ggml.unknown_token_id": 1, "tokenizer.ggml.cls_token_id": 2,
        "tokenizer.ggml.bos_token_id": 2, "tokenizer.ggml.eos_token_id": 3,
        "tokenizer.ggml.seperator_token_id": 3, "tokenizer.ggml.mask_token_id": 4,
    }  # fmt: skip
    tensors = _tensors(len(tokens))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(described))
    head += b"".join(_text(key) + _value(value) for key, value in described.items())
    data = b""
    for name, tensor in tensors.items():
        sizes = struct.pack(f"<{tensor.ndim}Q", *reversed(tensor.shape))
        head += _text(name) + struct.pack("<I", tensor.ndim) + sizes + struct.pack("<IQ", 0, len(data))
        body = tensor.astype("<f4").tobytes()
        data += body + bytes(-len(body) % _ALIGNED)
    path.write_bytes(head + bytes(-len(head) % _ALIGNED) + data)
    return path
