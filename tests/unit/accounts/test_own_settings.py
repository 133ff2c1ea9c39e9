"""The settings that hold for an owner: the environment, theirs, those of all, the defaults."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.seal import SivSeal
from magicai.accounts import own_settings
from magicai.accounts.own_settings import OwnSettings, sealed
from magicai.errors import Invalid
from magicai.ports import INSTALLATION, SetValue
from magicai.setting_values import SETTABLE, checked, kept
from magicai.settings import Settings


class Kept:
    """Records of settings in memory."""

    def __init__(self, seal: SivSeal) -> None:
        self.seal, self.rows, self.reads = seal, list[SetValue](), 0

    def add(self, owner_id: str, name: str, value: object) -> None:
        text = sealed(self.seal, owner_id, name, value)
        self.rows.append(SetValue(owner_id, name, text, "ann", 1, 1))

    async def of(self, owner_id: str) -> Sequence[SetValue]:
        self.reads += 1
        return [row for row in self.rows if row.owner_id in (owner_id, INSTALLATION)]

    async def put(self, owner_id: str, name: str, value: str | None, *, set_by: str, version: int) -> SetValue | None:
        raise NotImplementedError

    async def record_test(self, owner_id: str, name: str, *, version: int, error: object) -> None:
        raise NotImplementedError


@pytest.fixture
def records(tmp_path: Path) -> Kept:
    return Kept(SivSeal(tmp_path / "key"))


def own(records: Kept, base: Settings | None = None) -> OwnSettings:
    return OwnSettings(base or Settings(), lambda: records, lambda: records.seal)


async def test_the_environment_goes_before_ones_own_which_goes_before_what_is_set_for_all(records: Kept) -> None:
    records.add(INSTALLATION, "crawl_contact", "all@example.org")
    records.add("ann", "crawl_contact", "ann@example.org")
    assert (await own(records).of("ann")).crawl_contact == "ann@example.org"
    assert (await own(records).of("bob")).crawl_contact == "all@example.org"
    assert (await own(records).of(INSTALLATION)).crawl_contact == "all@example.org"
    set_outside = own(records, Settings(crawl_contact="ops@example.org"))
    assert (await set_outside.of("ann")).crawl_contact == "ops@example.org"
    origins = {
        who: next(one.origin for one in await settings.each(who, who) if one.name == "crawl_contact")
        for who, settings in (
            ("ann", own(records)),
            ("bob", own(records)),
            ("eve", set_outside),
            (INSTALLATION, own(records)),
        )
    }
    assert origins == {"ann": "workspace", "bob": "installation", "eve": "environment", INSTALLATION: "installation"}


async def test_what_is_set_does_not_look_like_the_environment_afterwards(records: Kept) -> None:
    records.add("ann", "budget", 2.5)
    settings = await own(records, Settings(answer_calls=2)).of("ann")
    assert (settings.budget, "budget" in settings.model_fields_set, "answer_calls" in settings.model_fields_set) == (
        2.5,
        False,
        True,
    )


async def test_where_nothing_is_set_the_processs_own_settings_hold(records: Kept) -> None:
    base = Settings()
    assert await own(records, base).of("ann") is base


async def test_an_owner_sets_nothing_that_is_the_installations(records: Kept) -> None:
    """Else the installation's key would go to an address of theirs, and a price of 0 would pass every budget."""
    records.add("ann", "openai_base_url", "https://evil.example")
    records.add("ann", "model_prices", ["gpt-4o-mini=0/0"])
    records.add("ann", "notify_url", "json://evil.example")
    settings = await own(records).of("ann")
    assert (settings.openai_base_url, settings.model_prices, settings.notify_url) == (None, (), None)


async def test_a_budget_of_ones_own_is_not_above_the_one_of_all(records: Kept) -> None:
    records.add("ann", "budget", 50)
    assert (await own(records).of("ann")).budget == 50
    records.add(INSTALLATION, "budget", 5)
    assert (await own(records).of("ann")).budget == 5
    records.add("bob", "budget", 2)
    assert (await own(records).of("bob")).budget == 2


async def test_a_secret_opens_for_nobody_but_its_owner(records: Kept) -> None:
    records.add("ann", "openai_api_key", "sk-0123456789abcdef")
    assert "sk-0123" not in str(records.rows)
    key = (await own(records).of("ann")).openai_api_key
    assert key is not None
    assert key.get_secret_value() == "sk-0123456789abcdef"
    records.rows = [replace(row, owner_id="bob") for row in records.rows]
    assert (await own(records).of("bob")).openai_api_key is None
    (shown,) = [one for one in await own(records).each("bob", "bob") if one.name == "openai_api_key"]
    assert (shown.readable, shown.origin) == (False, "default")


async def test_what_others_changed_is_seen_after_the_memory_ends(
    records: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(own_settings.time, "monotonic", lambda: now[0])
    settings = own(records)
    before = await settings.of("ann")
    records.add("ann", "budget", 2.5)
    assert await settings.of("ann") is before
    assert records.reads == 1
    now[0] += 2
    after = await settings.of("ann")
    assert after.budget == 2.5
    now[0] += 2
    assert await settings.of("ann") is after  # its ports stay open


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("budget", "1,50", "Use 1.50 instead"),
        ("budget", "1.000,50", "Use 1000.50"),
        ("budget_person_month", "1,50", "Use 1.50 instead"),
        ("budget_month", "-1", "can't be -1"),
        ("budget", 10**12, "1,000,000 or less"),
        ("budget", "NaN", "MAGICAI_BUDGET"),
        ("budget", True, "MAGICAI_BUDGET"),
        ("budget", "", "needs a value"),
        ("budget", [1], "MAGICAI_BUDGET"),
        ("retention_days", 10**12, "MAGICAI_RETENTION_DAYS"),
        ("answer_calls", 9, "MAGICAI_ANSWER_CALLS"),
        ("openai_base_url", "ftp://models.example", "http://"),
        ("openai_base_url", "https://me:secret@models.example", "without a user name"),
        ("crawl_contact", "a\r\nHost: b", "line breaks"),
        ("review_unchecked", ["legal", "luck"], "MAGICAI_REVIEW_UNCHECKED"),
        ("time_zone", "Mars", "not a time zone"),
    ],
)
def test_a_wrong_value_is_named_with_the_way_out(name: str, value: object, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(name, value)  # pyright: ignore[reportArgumentType] - as a body brings it
    assert said in str(refused.value)
    assert refused.value.way_out


def test_a_wrong_secret_is_not_quoted() -> None:
    with pytest.raises(Invalid) as refused:
        checked("openai_api_key", {"key": "sk-hidden"})  # as a body may bring it
    assert "sk-hidden" not in str(refused.value)


@pytest.mark.parametrize("name", SETTABLE)
def test_every_setting_that_can_be_set_takes_its_default_back(name: str) -> None:
    default = Settings.model_fields[name].get_default()
    if default not in (None, "", ()):
        assert checked(name, kept(default)) == default
