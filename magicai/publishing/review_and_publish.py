"""Check a piece, have it approved, and publish it exactly once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from magicai.brain.situation import Machine
from magicai.content.languages import LONGEST as LONGEST_LANGUAGE
from magicai.content.languages import check_language
from magicai.errors import Invalid
from magicai.messages import Message, say
from magicai.messages.validation import InvalidValue
from magicai.ports import Price, Records
from magicai.publishing.checks.context import country_of
from magicai.publishing.checks.moderation import LONGEST, MAX_TOKENS
from magicai.publishing.findings import Finding, NotChecked
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.posts import PUBLIC, PostState, all_posts
from magicai.publishing.raster import media_type_of
from magicai.publishing.submission import Status
from magicai.runs.findings import in_short
from magicai.runs.plan import Priority
from magicai.runs.requests.fields import LongText
from magicai.runs.requests.files_in import InputFile
from magicai.runs.run import JSON, RunResult
from magicai.runs.workflow import Panel, Workflow
from magicai.values.zones import zone_of

IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".gif")
MOST_IMAGE_BYTES = 10_000_000
_MOST_WAITING = 1_000
_INSTRUCTIONS = 600  # tokens of what the moderator is told beside the text


def check_zone(name: str) -> str:
    """A time zone's name, as it is.

    Raises:
        ValueError: there is no such zone.
    """
    try:
        if name:
            zone_of(name)
    except Invalid as exc:
        raise InvalidValue(exc.said) from exc
    return name


def check_country(name: str | None) -> str | None:
    """A country's code, in capitals.

    Raises:
        ValueError: no rules of it are known.
    """
    try:
        if name:
            country_of(name)
    except Invalid as exc:
        raise InvalidValue(exc.said) from exc
    return name.upper() if name else name


def check_said_language(code: str | None) -> str | None:
    """A language as BCP 47 writes it.

    Raises:
        ValueError: there is no such language.
    """
    return check_language(code) if code else None


class Image(BaseModel):
    """An image, and what it shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[
        str,
        InputFile(IMAGES, max_bytes=MOST_IMAGE_BYTES, check=media_type_of),
        Field(title="File", description="JPEG, PNG, WebP or GIF."),
    ]
    alt: Annotated[
        str, Field(max_length=1_500, title="Alt text", description="What it shows, for those who don't see it.")
    ] = ""
    licence: Annotated[
        str,
        Field(max_length=500, title="Licence", description="Whose it is, or why you may use it, such as CC BY 4.0."),
    ] = ""


class ReviewAndPublish(BaseModel):
    """Check a piece, have it approved by a person, and publish it exactly once."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        title="Review and publish",
        json_schema_extra={
            "examples": [{"title": "Linen aprons are back", "text": "Washed linen, in three colours."}],
        },
    )

    title: Annotated[str, Field(max_length=500, title="Title", description="Title of the piece.")] = ""
    text: Annotated[
        str,
        LongText(),
        Field(max_length=1_000_000, title="Text", description="The text, with # headings and - lists."),
    ] = ""
    platforms: Annotated[
        tuple[str, ...],
        Field(max_length=50, title="Platforms", description="Names of your targets. Default: site, a static folder."),
    ] = ()
    content_id: Annotated[
        str,
        Field(
            max_length=200,
            title="Content",
            description="A text of generate-content, or an earlier submission, instead of a text.",
        ),
    ] = ""
    summary: Annotated[
        str,
        Field(
            max_length=2_000, title="Summary", description="What notes and previews say. Default: made from the text."
        ),
    ] = ""
    tags: Annotated[tuple[str, ...], Field(max_length=30, title="Tags", description="Tags, without #.")] = ()
    link: Annotated[
        str, Field(max_length=2_000, title="Link", description="Address that the piece belongs to, such as a product.")
    ] = ""
    media: Annotated[tuple[Image, ...], Field(max_length=20, title="Images", description="Images, in order.")] = ()
    publish_at: Annotated[
        datetime | None,
        Field(title="Publish at", description="Not before this time; without an offset, in the time zone."),
    ] = None
    zone: Annotated[
        str,
        AfterValidator(check_zone),
        Field(max_length=60, title="Time zone", description="Of the time to publish, such as Europe/Berlin."),
    ] = ""
    policy: Annotated[
        Literal["review", "auto"] | None,
        Field(
            title="Policy",
            description="review: a person decides. auto: no person is asked if all checks pass and"
            " MAGICAI_REVIEW_AUTO allows it.",
        ),
    ] = None
    country: Annotated[
        str | None,
        Field(max_length=2, title="Country", description="Whose advertising law applies, such as CN or DE."),
        AfterValidator(check_country),
    ] = None
    product_kind: Annotated[
        str | None, Field(max_length=60, title="Product kind", description="What is advertised, such as cosmetics.")
    ] = None
    language: Annotated[
        str | None,
        Field(
            title="Language",
            description="Language of the text, such as en, zh or de. Default: told from the text.",
            max_length=LONGEST_LANGUAGE,
        ),
        AfterValidator(check_said_language),
    ] = None
    alternatives: Annotated[
        tuple[str, ...],
        Field(
            max_length=20,
            title="Alternatives",
            description="Other texts of generate-content. The one whose template has done best is published.",
        ),
    ] = ()
    choose: Annotated[
        tuple[Literal["platform", "time"], ...],
        Field(
            max_length=2,
            title="Choose",
            description="What MagicAI chooses by how earlier posts did: platform, one of the platforms or of your"
            " targets; time, the time of day after the approval.",
        ),
    ] = ()
    action: Annotated[
        Literal["publish", "proceed", "check", "withdraw"],
        Field(
            title="Action",
            description="proceed: resume a submission as it is; its title only names the run. check: run its checks"
            " again. withdraw: take posts down.",
        ),
    ] = "publish"

    @model_validator(mode="after")
    def _has_something(self) -> Self:
        if not (self.text.strip() or self.content_id or self.title.strip()):
            raise InvalidValue("submission_has_no_text")
        if self.publish_at is not None and self.publish_at.tzinfo is None and not self.zone:
            raise InvalidValue("publish_at_without_offset")
        return self


class Published(BaseModel):
    """A post that is public."""

    model_config = ConfigDict(frozen=True)

    platform: str
    target: str
    url: str
    posted_digest: str


class ReviewAndPublishResult(RunResult):
    """What became of the piece."""

    content_id: str
    content_status: str
    digest: str
    title: str
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...] = ()
    published: tuple[Published, ...]
    failed: int
    in_short: tuple[str, ...]
    in_short_messages: tuple[Message, ...] = Field(default=(), description="The codes of `in_short`, in its order.")


def make_result(given: Mapping[str, Any]) -> JSON:
    """What the steps gave; of a run that was stopped, what there is."""
    result: JSON = {}
    if (submitted := given.get("submitted")) is not None:
        result |= {name: submitted[name] for name in ("content_id", "digest", "title")}
        result |= {"content_status": submitted["status"]}
    if (checked := given.get("checked")) is not None:
        result |= {name: checked.get(name, ()) for name in ("findings", "not_checked")}
    if (reviewed := given.get("reviewed")) is not None:
        result["content_status"] = reviewed["status"]
    if (published := given.get("published")) is not None:
        result |= {name: published[name] for name in ("published", "failed")}
        result["content_status"] = published["status"]
    if result:
        result |= in_short(_in_short(result))
    return result


# What there is to say about a submission, by its status.
_SAID = ("pending_review", "approved", "rejected", "draft", "withdrawn")


def _in_short(result: Mapping[str, Any]) -> list[Message]:
    found, posts = result.get("findings", ()), result.get("published", ())
    waiting = sum(one["severity"] != "note" for one in found)
    status = result.get("content_status", "")
    lines = [say(f"submission_is_{status}")] if status in _SAID else []
    if waiting:
        lines.append(say("findings_need_decision", n=waiting))
    if result.get("not_checked"):
        lines.append(say("not_everything_checked"))
    lines += [_published(post["target"], post["url"]) for post in posts]
    if result.get("failed"):
        lines.append(say("targets_failed", n=result["failed"]))
    return lines


def _published(target: str, url: str) -> Message:
    """Where a post is; the path of a folder is told by `magicai posts list` alone."""
    if url.startswith(("https://", "http://", "at://")):
        return say("published_at", target=target, url=url)
    name = url.rstrip("/").rpartition("/")[2]
    return say("published_in_folder", target=target, name=name) if url else say("published_on", target=target)


def quality(result: Mapping[str, Any]) -> float:
    """The share of targets that were reached; of what waits for a person, the share of checks without a finding."""
    reached, failed = len(result.get("published", ())), result.get("failed", 0)
    if reached or failed:
        return reached / (reached + failed)
    waiting = sum(one["severity"] != "note" for one in result.get("findings", ()))
    return 1 / (1 + waiting)


def priority(request: Mapping[str, Any]) -> tuple[Priority, Message]:
    """First: it is short, and often somebody has just decided."""
    del request
    return Priority.HIGH, say("someone_waits")


async def still_online(records: Records, owner_id: str) -> tuple[str, ...]:
    """Addresses of an owner's posts that are public, or may be."""
    posts = [all_post async for all_post in all_posts(records, owner_id)]
    public = [post for post in posts if post.state in (*PUBLIC, PostState.UNKNOWN)]
    return tuple(one.url or f"{one.target}: {one.title}" for one in public)


async def waiting_runs(records: Records, owner_id: str) -> set[str]:
    """An owner's runs whose submission waits for a decision."""
    submissions = cast("PublishingRecords", records).submissions
    found = await submissions.listed(owner_id=owner_id, statuses=[Status.PENDING_REVIEW], limit=_MOST_WAITING)
    return {one.run_id for one in found}


def size(request: Mapping[str, Any]) -> Mapping[str, float]:
    """How long the text is, and how many targets it has."""
    return {
        "characters": float(len(request.get("text") or "")),
        "targets": float(len(request.get("platforms") or ()) or 1),
    }


def models(request: Mapping[str, Any], machine: Machine) -> tuple[str, ...]:
    """The moderator, where there is one and a text may be checked."""
    name = None if request.get("action") == "withdraw" else machine.models.get("moderator")
    return () if name is None else (name,)


def most_calls(request: Mapping[str, Any], machine: Machine) -> int:
    """One, of the moderator."""
    return len(models(request, machine))


def cost(request: Mapping[str, Any], prices: Sequence[Price], _machine: Machine) -> tuple[float, float]:
    """US dollars: nothing where it was judged before, else one call; of a text that the records have, the longest."""
    words = "".join(str(request.get(name) or "") for name in ("title", "text", "summary"))
    tokens = LONGEST if request.get("content_id") else min(len(words.encode(errors="replace")), LONGEST)
    return 0.0, max(price.of(_INSTRUCTIONS + tokens, MAX_TOKENS) for price in prices)


WORKFLOW = Workflow(
    name="review-and-publish",
    aliases=("submit-content",),
    request=ReviewAndPublish,
    result=ReviewAndPublishResult,
    quality=quality,
    make_result=make_result,
    findings="in_short",
    panels=(
        Panel(
            kind="table",
            title="Findings",
            source="findings",
            columns=("severity", "text", "message", "suggestion", "source", "link"),
        ),
        Panel(kind="table", title="Not checked", source="not_checked", columns=("check", "what", "way_out")),
        Panel(kind="table", title="Published", source="published", columns=("target", "platform", "url")),
        Panel(kind="items", title="Targets"),
    ),
    actions={"review": ("submitted", "checked", "reviewed"), "publish": ("published",)},
    size=size,
    priority=priority,
    models=models,
    most_calls=most_calls,
    cost=cost,
    outside=still_online,
    waiting=waiting_runs,
)
