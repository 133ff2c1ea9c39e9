"""Values against the key that they are said of: a value of another key, or of another thing, is named."""

from typing import Any

import pytest

from magicai.claims.checking import check
from magicai.claims.claim import Language, Traced
from magicai.claims.sources import sources_of

PUB = (
    "name[The Plough], eatType[pub], food[Greek], priceRange[cheap], customer rating[low], area[riverside], "
    "familyFriendly[no]"
)
DRESS = "类型#裙*材质#蕾丝*颜色#酒红色*图案#波点*裙长#短裙*裙领型#方领"
TOWER = "Ria_Sol | birthPlace | Porto\nRia_Sol | almaMater | University of Braga\nRia_Sol | occupation | Nurse"
GUESTHOUSE = {
    "rooms": 14, "check_in": "15:00", "check_out": "10:00", "rates_eur": {"low": 70, "high": 115}, "wifi": "free",
    "pets_allowed": False, "sauna_on_site": True, "opened_year": 1988, "renovated_year": 2016, "stars": 3,
}  # fmt: skip
QUARTER = {"revenue_musd": 84.2, "revenue_prior_musd": 90.5, "units": {"lamps": 4120, "fans": 2980}, "staff": 310}
RACE = [
    {"runner": "Ada Kroll", "country": "Norway", "time": "2:31:08", "weekday": "Sunday"},
    {"runner": "Mei Tan", "country": "Malaysia", "time": "2:33:40", "weekday": "Saturday"},
]


def checked(text: str, facts: Any, language: Language = "en") -> tuple[Traced, ...]:
    return check(text, sources_of(facts), language)


@pytest.mark.parametrize(
    ("text", "facts", "language"),
    [
        ("The Plough is a cheap Greek pub by the river. It is rated poorly and is not family-friendly.", PUB, "en"),
        ("这款酒红色蕾丝短裙采用方领设计，波点图案俏皮可爱。", DRESS, "zh"),
        ("Ria Sol, a nurse, was born in Porto and studied at the University of Braga.", TOWER, "en"),
        ("Check in from 3 pm and check out by 10 am. Rooms cost €70 to €115. WiFi is free.", GUESTHOUSE, "en"),
        ("Revenue fell by 7% to $84.2 million, from $90.5 million.", QUARTER, "en"),
        ("Norway's Ada Kroll won in 2:31:08, ahead of Mei Tan of Malaysia.", RACE, "en"),
        ("Open from 13 to 15 June 2025.", {"from": "2025-06-13", "to": "2025-06-15"}, "en"),
        ("Boats leave at 8 am, 1 pm and 5:30 pm.", {"departures": ["8:00", "13:00", "17:30"]}, "en"),
        ("A third guest praised it.", {"reviews": [{"stars": 4}, {"stars": 5}, {"stars": 3}]}, "en"),
        ("She retired at the age of 31.", {"born": "1990-02-03", "retired": 2021}, "en"),
        ("The tank holds 45 kWh and weighs 310 kg.", {"battery_kwh": 45, "mass_kg": 310}, "en"),
        ("身高1米83，32岁退役。", {"身高": "183厘米", "出生": "1991年", "退役": "2023年"}, "zh"),
        ("It is guaranteed for life: a lifetime warranty.", {"warranty": "lifetime"}, "en"),
    ],
)  # fmt: skip
def test_what_the_input_says_raises_nothing(text: str, facts: Any, language: Language) -> None:
    assert [one.claim.text for one in checked(text, facts, language) if not one.supported] == []


@pytest.mark.parametrize(
    ("text", "facts", "language", "found"),
    [
        ("The Plough is an expensive coffee shop.", PUB, "en", {"expensive", "coffee shop"}),
        ("It is a highly rated Italian pub in the city centre.", PUB, "en", {"highly rated", "Italian", "city centre"}),
        ("这款墨绿色真丝长裙采用圆领设计。", DRESS, "zh", {"墨绿色", "真丝", "长裙", "圆领"}),
        ("Ria Sol was born in Braga and is a lawyer.", TOWER, "en", {"Braga", "lawyer"}),
        ("Check-out is by 3 pm. There is no sauna on site.", GUESTHOUSE, "en", {"by 3 pm", "sauna on site"}),
        ("It opened in 2016.", GUESTHOUSE, "en", {"2016"}),
        ("Revenue rose to $84.2 million.", QUARTER, "en", {"rose to $84.2 million"}),
        ("Ada Kroll of Norway won in 2:33:40.", RACE, "en", {"2:33:40"}),
        ("Mei Tan ran on Sunday.", RACE, "en", {"Sunday"}),
        ("冠军是陈若彤。", {"冠军": "陈若桐"}, "zh", {"陈若彤"}),
        ("他是市文联主席。", {"职务": "市文联副主席"}, "zh", {"主席"}),
    ],
)  # fmt: skip
def test_the_value_of_another_key_is_named(text: str, facts: Any, language: Language, found: set[str]) -> None:
    wrong = {one.claim.text.strip(".") for one in checked(text, facts, language) if one.unsupported}
    missing = {one for one in found if not any(one in said or said in one for said in wrong)}
    assert missing == set()


def test_what_may_be_worked_out_is_only_unverified() -> None:
    (saved,) = (one for one in checked("The pass saves you $23.", {"pass_usd": 85, "day_usd": 40}) if one.reason)
    assert not saved.unsupported
    assert not saved.supported
    six = checked("A case of six costs €99.", {"price": "€16.50"})
    assert [one.claim.text for one in six if one.supported] == ["€99"]
    (stated,) = (one for one in checked("The pass costs $23.", {"pass_usd": 85, "day_usd": 40}) if one.reason)
    assert stated.unsupported


def test_a_table_with_headings_is_read_by_its_rows() -> None:
    table = [["Year", "Film", "Role"], ["2003", "Ash", "Nora"], ["2009", "Lantern", "Iris"]]
    assert [one.name for one in sources_of(table)][:3] == ["0.Year", "0.Film", "0.Role"]
