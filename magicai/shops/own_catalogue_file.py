"""Finds and reads the file that a request names as one's own catalogue."""

from pathlib import Path

from magicai.errors import Invalid, Refused
from magicai.runs.run import Origin
from magicai.shops.own_catalogue import OwnProduct, read_catalogue

FOLDER = "catalogues"
_LARGEST = 50_000_000
_WAY_OUT = "Name a CSV file in UTF-8 with the columns name, price, currency, and perhaps sku and gtin."


def find_catalogue(name: str, *, origin: Origin, home: Path) -> Path:
    """Where a catalogue is.

    Whoever types a command may read what they name. A form, a schedule or a call from elsewhere is carried out with
    the rights of whoever runs the product, and its result quotes the file: from there only a folder is open that was
    put there for it, or every file of the machine could be asked for.

    Raises:
        Refused: it lies elsewhere; does not tell them where the folder is.
    """
    if origin is Origin.CLI:
        return Path(name).expanduser()
    folder = (home / FOLDER).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder):
        raise Refused(
            f"The catalogue {name} is not among the catalogues of this installation.",
            way_out=f"Put it into MAGICAI_HOME/{FOLDER}, and give its file name.",
        )
    return path


def load_catalogue(path: Path, called: str = "") -> list[OwnProduct]:
    """The products of a catalogue.

    Args:
        path: where it is.
        called: what it is called to whoever asked, who need not know where it is; else its path.

    Raises:
        Invalid: there is no such file, or it is no catalogue; names it.
    """
    called = called or str(path)
    if path.is_dir():
        raise Invalid(f"The catalogue {called} is a folder.", way_out=_WAY_OUT)
    # A pipe or a device would be waited for, or read for ever.
    if not path.is_file():
        raise Invalid(f"There is no catalogue {called}.", way_out=_WAY_OUT)
    try:
        if path.stat().st_size > _LARGEST:
            raise Invalid(f"The catalogue {called} has more than {_LARGEST // 1_000_000} MB.", way_out=_WAY_OUT)
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as exc:
        raise Invalid(f"The catalogue {called} is not text in UTF-8.", way_out="Save it as CSV in UTF-8.") from exc
    except OSError as exc:
        raise Invalid(f"The catalogue {called} may not be read.", way_out="Allow it, or name another file.") from exc
    return read_catalogue(text, where=called)
