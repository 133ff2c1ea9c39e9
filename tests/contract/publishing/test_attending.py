"""What happens without anybody asking: reviewers are told, reminded, told louder; scheduled posts; expiry."""

from typing import Any

import pytest
from pydantic import SecretStr

from magicai.errors import Conflict, Temporary
from magicai.publishing import due_work, reviewing
from magicai.publishing.channels import NewChannel, set_channel
from magicai.publishing.due_work import attend
from magicai.publishing.ports import PublishingRecords
from magicai.runs.run import JSON, RunStatus
from magicai.values.times import now_us, to_datetime, to_iso
from tests.desk import Desk

HOUR = 3_600_000_000
CHANNEL = {"notify_url": "json://channel.example"}


class Channel:
    """Where reviewers are told; it fails as often as it is told to."""

    def __init__(self, faults: int = 0) -> None:
        self.sent: list[str] = []
        self.urgent: list[str] = []
        self.people: list[str] = []
        self.faults = faults

    async def notify(self, *, title: str, body: str, urgent: bool = False, to: str = "", owner_id: str = "") -> JSON:
        if self.faults:
            self.faults -= 1
            raise Temporary("no answer")
        self.sent.append(f"{title}\n{body}")
        self.urgent += [title] if urgent else []
        self.people.append(owner_id or "all")
        assert not to or to.startswith("sealed:")
        return {}


async def later(desk: Desk, monkeypatch: pytest.MonkeyPatch, channel: Channel, hours: float) -> None:
    """Do what is due so many hours from now."""
    then = now_us() + round(hours * HOUR)
    for module in ("due_work", "reviewing", "review_messages"):
        monkeypatch.setattr(f"magicai.publishing.{module}.now_us", lambda: then)

    def clock(_connection: object) -> int:
        return then

    monkeypatch.setattr(desk.records.submissions, "clock", clock)
    await attend(desk.records, desk.ports.settings_of, desk.ports.publishers, channel.notify, page="https://m.example")


@pytest.fixture
def channel(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Channel:
    made = Channel()
    monkeypatch.setattr(desk.ports, "notify", made.notify)
    return made


@pytest.mark.parametrize("settings", [CHANNEL], indirect=True)
async def test_reviewers_are_told_reminded_and_told_that_nobody_decides(
    desk: Desk, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.submit()
    assert [one.splitlines()[:2] for one in channel.sent] == [["MagicAI: a review waits", "Linen aprons"]]
    for hours in (1, 7, 9, 17, 25):
        await later(desk, monkeypatch, channel, hours)
    assert [one.splitlines()[0] for one in channel.sent[1:]] == [
        "MagicAI: a review still waits",
        "MagicAI: a review still waits",
        "MagicAI: nobody has decided for 24 hours",
    ]
    assert "https://m.example/reviews/" in channel.sent[1]
    assert channel.urgent == ["MagicAI: nobody has decided for 24 hours"]


@pytest.mark.parametrize("settings", [CHANNEL], indirect=True)
async def test_a_message_that_could_not_be_sent_is_sent_later(
    desk: Desk, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.faults = 2
    await desk.submit()
    for minutes in (6, 12, 18):
        await later(desk, monkeypatch, channel, minutes / 60)
    assert [one.splitlines()[0] for one in channel.sent] == ["MagicAI: a review waits"]


@pytest.mark.parametrize("settings", [CHANNEL], indirect=True)
async def test_a_submission_with_a_fault_of_ours_holds_up_no_other_nor_the_counts_of_posts(
    desk: Desk, channel: Channel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.submit(title="First")
    await desk.submit(title="Second")
    tell, looked = due_work.tell_reviewers, list[object]()

    async def fail(records: PublishingRecords, content_id: str, *given: Any) -> None:
        if (await records.submissions.get(content_id, owner_id=None)).submission.title == "First":
            raise KeyError("a fault of ours")
        await tell(records, content_id, *given)

    async def look(*given: object) -> int:
        looked.append(given)
        return 0

    monkeypatch.setattr(due_work, "tell_reviewers", fail)
    monkeypatch.setattr(due_work, "look_at_due", look)
    for hours in (9, 9.1):
        await later(desk, monkeypatch, channel, hours)
    assert [one.splitlines()[:2] for one in channel.sent[2:]] == [["MagicAI: a review still waits", "Second"]]
    assert len(looked) == 2
    assert caplog.text.count("KeyError: 'a fault of ours'") == 1, "it is looked at again after an hour"


async def test_each_reviewer_is_told_where_and_when_they_want(
    desk: Desk, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has quiet hours now, one wants only what is theirs or urgent, one has no channel."""
    people = [await desk.user(name) for name in ("rita", "ann", "kim", "lea")]
    hour = to_datetime(now_us()).hour
    quiet = f"{hour - 1:02}:00-{(hour + 3) % 24:02}:00" if hour else "23:00-03:00"
    for one, wanted in zip(people, ({"quiet": quiet}, {"only": "assigned"}, {"only": "urgent"}), strict=False):
        new = NewChannel(address=SecretStr("discord://1234567890/TOKEN"), **wanted)  # type: ignore[arg-type]
        await set_channel(desk.records, desk.ports.seal, new, user=one.user)
    _, result = await desk.submit()
    assert channel.people == []
    await later(desk, monkeypatch, channel, 4)
    assert channel.people == ["id-rita"]
    monkeypatch.undo()
    await reviewing.assign(desk.records, result["content_id"], "id-ann", by=people[0])
    await later(desk, monkeypatch, channel, 5)
    assert (channel.people[1:], channel.sent[1].splitlines()[0]) == (["id-ann"], "MagicAI: a review is assigned to you")
    await later(desk, monkeypatch, channel, 9)
    assert channel.people[2:] == ["id-ann"], "the others need no reminder of what is assigned"
    await later(desk, monkeypatch, channel, 29)
    assert set(channel.people[3:]) == {"id-rita", "id-ann", "id-kim"}
    monkeypatch.undo()
    await desk.decide(result["content_id"], people[0])
    await later(desk, monkeypatch, channel, 40)
    assert len(channel.people) == 6


async def test_an_undecided_review_expires_and_can_not_be_approved_any_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = await desk.submit()
    rita = await desk.user("rita")
    await later(desk, monkeypatch, Channel(), 169)
    with pytest.raises(Conflict, match="has expired"):
        await desk.decide(result["content_id"], rita)
    monkeypatch.undo()
    # Submitted again, it is reviewed again.
    _, again = await desk.submit(content_id=result["content_id"])
    assert again["content_status"] == "pending_review"


async def test_what_is_approved_is_published_at_its_time_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _, result = await desk.submit(publish_at=to_iso(now_us() + 3 * HOUR))
    content_id = result["content_id"]
    await desk.decide(content_id, await desk.user("rita"))
    await later(desk, monkeypatch, Channel(), 1)
    assert await desk.queued() == []
    for _ in range(2):
        await later(desk, monkeypatch, Channel(), 4)
    monkeypatch.undo()
    (run,) = await desk.queued()
    status, early = await desk.carry_out(run)
    assert (status, early["content_status"]) == (RunStatus.COMPLETED, "approved")  # the clock went back
    await later(desk, monkeypatch, Channel(), 6)
    monkeypatch.setattr("magicai.publishing.publishing.now_us", lambda: now_us() + 6 * HOUR)
    ((_, late),) = await desk.follow()
    assert late["content_status"] == "published"
    assert len(await desk.posts(content_id)) == 1


@pytest.mark.parametrize("settings", [{"review_auto": True, "review_unchecked": ()}], indirect=True)
@pytest.mark.parametrize(
    ("text", "status"),
    [("Washed linen, in three colours.", "published"), ("Ring 07911 123456.", "pending_review")],
)
async def test_what_passes_all_checks_is_published_without_a_person_where_policy_and_settings_allow_it(
    desk: Desk, text: str, status: str
) -> None:
    _, result = await desk.submit(text=text, policy="auto")
    assert result["content_status"] == status
    _, asked = await desk.submit(text=text)
    assert asked["content_status"] == "pending_review"


async def test_a_submission_that_was_edited_after_its_approval_is_not_published(desk: Desk) -> None:
    _, result = await desk.submit()
    content_id, rita = result["content_id"], await desk.user("rita")
    await desk.decide(content_id, rita)
    (publishing,) = await desk.queued()
    await reviewing.edit_reviewed(desk.records, content_id, {"text": "Not approved."}, by=rita)
    _, after = await desk.carry_out(publishing)
    assert (after["content_status"], after["published"]) == ("pending_review", [])
    assert await desk.posts(content_id) == []
    checks = [one for one in await desk.queued() if one.run_id != publishing.run_id]
    _, checked = await desk.carry_out(checks[0])
    assert checked["content_status"] == "pending_review"


async def test_a_decision_after_a_restart_publishes(desk: Desk, settings: dict[str, Any]) -> None:
    from integrations.open import open_ports
    from magicai.settings import Settings

    _, result = await desk.submit()
    again = Settings(**settings, publish_seconds=0.4) if "publish_seconds" not in settings else Settings(**settings)
    async with open_ports(again.model_copy(update={"retention_days": 31})) as ports:
        other = Desk(ports)
        await other.decide(result["content_id"], await other.user("rita"))
        ((_, after),) = await other.follow()
    assert after["content_status"] == "published"
    (post,) = await desk.posts(result["content_id"])
    assert post.url.startswith("/sites/o/site/linen-aprons-")


async def test_a_page_of_the_site_has_one_heading_a_style_and_a_description_of_one_sentence(desk: Desk) -> None:
    text = "# Washed linen\n\nIt comes in three colours. It is washed twice.\n\n# Care\n\nWash it at 30."
    await desk.published("site", title="Aprons", text=text)
    site = desk.ports.settings.sites_dir / "o" / "site"
    (page,) = (one.read_text() for one in site.glob("*/index.html"))
    assert page.count("<h1>") == 1
    assert "<h1>Aprons</h1>" in page
    assert "<h2>Care</h2>" in page
    assert "<style>" in page
    description = page.partition('name="description" content="')[2].partition('"')[0]
    assert description.count(".") <= 1
    assert "washed twice" not in description
    assert (site / "index.html").read_text().count("<h1>") == 1
