"""A folder of this machine that is followed: what it has is added, and what it surely has no more is removed."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from magicai.errors import Invalid, Refused
from magicai.knowledge.folder import REMOVED, Listing, as_text, files_in, why_not
from magicai.messages import Message, say
from magicai.runs.run import JSON


@dataclass(frozen=True, slots=True)
class FollowedFolder:
    """A folder that is followed.

    Attributes:
        documents: by their sources: its files that can be read, and what becomes of the documents of the others.
        problem: what is wrong with it; None where nothing is.
        way_out: another one than that of the problem.
    """

    path: str
    documents: Sequence[tuple[str, JSON]]
    problem: Message | None = None
    way_out: Message | None = None

    @classmethod
    def of(cls, folder: str, allowed: Sequence[str], known: Collection[str]) -> Self:
        """Look at a folder; only what it surely has no more is gone.

        Raises:
            Refused: it may not be read.
            Invalid: there is nothing in it, and never was.
        """
        there = _listed(folder, allowed)
        before = [source for source in known if _inside_of(source, folder)]
        reasons = {
            _source_in(folder, inside): (file, why_not(_source_in(folder, inside), file, Path(folder)))
            for inside, file in there.files.items()
        }
        fit = {source: file for source, (file, why) in reasons.items() if not why}
        if not fit and (not reasons or before):
            what = _not_there(folder, there)
            if not before:
                raise Invalid(what, way_out="check_folder")
            # A disk that is not mounted, a share that is away: nobody removes all at once.
            kept: list[tuple[str, JSON]] = [(source, {"fate": "kept"}) for source in before]
            return cls(folder, kept, what, say("check_folder_or_remove_documents"))
        documents: list[tuple[str, JSON]] = [(source, {"path": os.fspath(file)}) for source, file in fit.items()]
        for source in before:
            _, why = reasons.get(source, (None, REMOVED))
            if why == REMOVED:
                documents.append((source, {"fate": "kept" if there.may_have(_inside_of(source, folder)) else "gone"}))
            elif why:
                documents.append((source, {"why": why.stored()}))
        if not there.unseen:
            return cls(folder, documents)
        first, why = next(iter(there.unseen.items()))
        what = say("folders_not_read", n=len(there.unseen), folder=folder, first=first, why=why)
        return cls(folder, documents, what)


def _not_there(folder: str, there: Listing) -> Message:
    if why := there.unseen.get(""):
        return say("path_not_readable", path=folder, reason=why)
    return say("folder_without_documents", folder=folder)


def _listed(folder: str, allowed: Sequence[str]) -> Listing:
    """The files of a folder of this machine, by their paths in it.

    Args:
        allowed: folders that may be read, with what is in them.

    Raises:
        Refused: it is none of these.
    """
    path = _plain(folder)
    if not any(Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)) for root in allowed):
        raise Refused("folder_not_allowed", folder=folder)
    return Listing({}, {"": say("path_is_file")}) if os.path.isfile(path) else files_in(path)  # noqa: PTH113


def _source_in(folder: str, inside: str) -> str:
    """What a file of a folder that is followed is known by: its full path."""
    return f"{as_text(_plain(folder).as_posix()).rstrip('/')}/{inside}"


def _inside_of(source: str, folder: str) -> str:
    """The path of a document in a folder that is followed; "" where it is known as none of its files."""
    before = _source_in(folder, "")
    return source.removeprefix(before) if source.startswith(before) else ""


def _plain(folder: str) -> Path:
    return Path(os.path.normpath(folder))
