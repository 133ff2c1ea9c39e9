"""What a model alone can't check of a request, in one place for every way to start a run."""

from functools import cached_property
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, SecretStr

from magicai.ports import Files, Records, Seal
from magicai.runs.requests.choices import ChoiceFrom, check_choice
from magicai.runs.requests.fields import FromSetting, Path, leaves, put, replaced
from magicai.runs.requests.files_in import CountedFile, InputFile, check_upload, checked_path, is_upload, upload_path
from magicai.runs.requests.secrets import sealed
from magicai.runs.run import JSON, Origin
from magicai.settings import Settings

M = TypeVar("M", bound=BaseModel)


class IntakePorts(Protocol):
    """Where a request's files and secrets go, and whose choices they are; each is opened where it is needed."""

    settings: Settings

    @property
    def records(self) -> Records:
        """Who may use which file."""
        ...

    @cached_property
    def files(self) -> Files:
        """Their bodies."""
        ...

    @cached_property
    def seal(self) -> Seal:
        """What seals secrets."""
        ...


async def prepare_request(ports: IntakePorts, request: M, *, owner_id: str, origin: Origin) -> M:
    """The request as a run's row may hold it: files by their ids, secrets sealed.

    Whoever types a command may hand in what they can read: there, a file is a path, or the id of an upload. A form, a
    schedule or a call from elsewhere is carried out with the rights of whoever runs the product, so from there only
    what was uploaded is read, or every file of the machine could be asked for.

    Raises:
        Invalid: a file is not there, not theirs, or not what its field takes; or a choice is not offered. Names the
            field, and the way out.
    """
    changes: dict[Path, Any] = {}
    request = with_usual(request, ports.settings)
    for leaf in leaves(request):
        if isinstance(leaf.value, SecretStr):
            changes[leaf.path] = sealed(ports.seal, leaf, owner_id=owner_id)
        elif (file := leaf.shape.mark(InputFile)) is not None:
            if origin is Origin.CLI and not is_upload(leaf.value):
                path, items = await checked_path(leaf, file)
                made = await upload_path(ports.records, ports.files, path, owner_id=owner_id)
                if items is not None:
                    await ports.records.uploads.count(made.file_id, items)
                changes[leaf.path] = made.file_id
            else:
                await check_upload(ports.records, ports.files, leaf, file, owner_id=owner_id)
        elif (choice := leaf.shape.mark(ChoiceFrom)) is not None:
            check_choice(leaf, choice, ports.settings, owner_id=owner_id)
    return replaced(request, changes)


def with_usual(request: M, settings: Settings) -> M:
    """The request with what its owner's settings say of fields that nobody has given."""
    given = request.model_fields_set
    usual = {
        leaf.path: value
        for leaf in leaves(request)
        if (mark := leaf.shape.mark(FromSetting)) is not None
        and (leaf.value == "" or leaf.path[0] not in given)
        and (value := getattr(settings, mark.setting))
    }
    return replaced(request, usual)


async def check_paths(request: BaseModel) -> JSON:
    """See whether the files of this machine that a request names are what its fields take; nothing is kept.

    Returns:
        The request as JSON, in which files tell how many items they hold.

    Raises:
        Invalid: one is not; names the field.
    """
    found = request.model_dump(mode="json")
    for leaf in leaves(request):
        if (file := leaf.shape.mark(InputFile)) is not None and not is_upload(leaf.value):
            path, items = await checked_path(leaf, file)
            if items is not None:
                put(found, leaf.path, CountedFile(str(path), items))
    return found
