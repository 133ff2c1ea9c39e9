"""Models that fastembed runs: where their files are, and how they get here.

From their official home (Hugging Face, or the mirror that HF_ENDPOINT names) into MAGICAI_HOME, once, when somebody
chooses one; or from a folder of the user's, where nothing is downloaded.
"""

import contextlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any, Literal

from integrations.text.llama import threads
from magicai.errors import Invalid, MagicError, Missing, Permanent, Temporary
from magicai.settings import Settings

Kind = Literal["embedder", "reranker"]

# fastembed keeps the models that it knows in lists of its classes.
_one_at_a_time = threading.Lock()
_INSTALL = "To install it: python3 start.py install fastembed"
# In the order in which repositories have them.
_FILES = ("onnx/model.onnx", "model.onnx", "model_optimized.onnx", "onnx/model_quantized.onnx")


@dataclass(frozen=True, slots=True)
class Place:
    """Where models are.

    Attributes:
        folder: of the user's; None where they are downloaded.
        cache: where downloads are kept.
    """

    folder: Path | None
    cache: Path

    @classmethod
    def of(cls, settings: Settings) -> "Place":
        """What the settings say."""
        return cls(settings.fastembed_dir, settings.home / "models" / "fastembed")


@dataclass(frozen=True, slots=True)
class OnnxModel:
    """A model that is loaded.

    Attributes:
        run: fastembed's object.
        digest: of its weights.
    """

    run: Any
    digest: str


def load(kind: Kind, name: str, place: Place, *, download: bool) -> OnnxModel:
    """Load a model; blocks.

    Args:
        kind: what it is for.
        name: as its home calls it, such as `BAAI/bge-small-en-v1.5`.
        place: where it is.
        download: whether it may be downloaded.

    Raises:
        Missing: fastembed is not installed, or the model is not here.
        Invalid: fastembed knows no such model.
        Temporary: it could not be downloaded.
        Permanent: its files are damaged.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        from fastembed import TextEmbedding
        from fastembed.rerank.cross_encoder import TextCrossEncoder
        from loguru import logger
    except ImportError as exc:
        raise Missing("fastembed_not_usable", name=name, reason=exc) from exc
    logger.disable("fastembed")  # errors are told once, by us
    made: Any = TextEmbedding if kind == "embedder" else TextCrossEncoder
    with _one_at_a_time:
        folder = _folder(name, place)
        if folder is not None:
            _know(made, kind, name, folder)
        elif _known(made, name) is None:
            names = ", ".join(sorted(model["model"] for model in made.list_supported_models()))
            raise Invalid("unknown_fastembed_model", kind=kind, name=name, names=names)
        run = _open(made, name, folder, place, download=download)
    return OnnxModel(run, _digest(run))


def _open(made: Any, name: str, folder: Path | None, place: Place, *, download: bool) -> Any:
    def opened(**how: Any) -> Any:
        return made(name, cache_dir=str(place.cache), threads=threads(), cuda=False, **how)

    if folder is not None:
        return _translated(lambda: opened(specific_model_path=str(folder)), _damaged(name, folder))
    with contextlib.suppress(ValueError):  # it is not here
        return opened(local_files_only=True)
    if not download:
        raise Missing("model_not_downloaded", name=f"fastembed:{name}", path=place.cache, way_out="choose_model_again")
    home = os.environ.get("HF_ENDPOINT") or "Hugging Face"
    place.cache.mkdir(parents=True, exist_ok=True)
    return _translated(
        opened,
        lambda why: Temporary("fastembed_download_failed", name=name, home=home, reason=why),
    )


def _translated(work: Callable[[], Any], failed: Callable[[str], MagicError]) -> Any:
    try:
        return work()
    except Exception as exc:  # onnxruntime, tokenizers and the hub raise kinds of their own
        raise failed(str(exc).splitlines()[0][:200] if str(exc) else type(exc).__name__) from exc


def _damaged(name: str, folder: Path) -> Callable[[str], Permanent]:
    return lambda why: Permanent("model_load_failed", name=name, folder=folder, reason=why)


def _folder(name: str, place: Place) -> Path | None:
    """The model's own folder within the user's; None where models are downloaded."""
    if place.folder is None:
        return None
    root = place.folder.expanduser().resolve()
    folder = (root / name).resolve()
    if not folder.is_relative_to(root) or not folder.is_dir():
        raise Missing("model_folder_not_found", name=name, root=root)
    return folder


def _known(made: Any, name: str) -> Any:
    return next((one for one in made.list_supported_models() if one["model"].lower() == name.lower()), None)


def _know(made: Any, kind: Kind, name: str, folder: Path) -> None:
    """Tell fastembed of a model that it does not list, by the files that come with it."""
    if _known(made, name) is not None:
        return
    from fastembed.common.model_description import ModelSource

    file = next((one for one in _FILES if (folder / one).is_file()), None)
    if file is None:
        raise Invalid("onnx_model_not_found", folder=folder, names=", ".join(_FILES))
    if kind == "reranker":
        made.add_custom_model(name, ModelSource(hf=name), model_file=file)
        return
    from fastembed.common.model_description import PoolingType

    pooling = _pooling(folder)
    kinds = {"pooling_mode_cls_token": PoolingType.CLS, "pooling_mode_mean_tokens": PoolingType.MEAN}
    kinds["pooling_mode_lasttoken"] = PoolingType.LAST_TOKEN
    mode = next((kind for key, kind in kinds.items() if pooling.get(key)), None)
    dimension = pooling.get("word_embedding_dimension")
    if mode is None or not isinstance(dimension, int):
        raise Invalid("pooling_config_missing", folder=folder / "1_Pooling" / "config.json")
    made.add_custom_model(
        name, pooling=mode, normalization=True, sources=ModelSource(hf=name), dim=dimension, model_file=file
    )


def _pooling(folder: Path) -> dict[str, Any]:
    try:
        read: Any = json.loads((folder / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _digest(run: Any) -> str:
    inner: Any = run.model
    with (Path(inner._model_dir) / inner.model_description.model_file).open("rb") as file:  # noqa: SLF001 - it tells its file nowhere else
        return file_digest(file, "sha256").hexdigest()
