import pytest

from magicai.claims.sources import Source, sources_of


def test_every_value_has_its_path() -> None:
    found = sources_of({"hours": {"Monday": "9-5"}, "tags": ["a", 2.0], "open": True, "pool": None})
    assert [(one.name, one.text) for one in found] == [
        ("hours.Monday", "9-5"),
        ("tags.0", "a"),
        ("tags.1", "2"),
        ("open", "true"),
        ("pool", ""),
    ]


@pytest.mark.parametrize("text", ["{'garage': False, 'lot': True}", '{"garage": false, "lot": true}'])
def test_strings_that_hold_json_or_python_are_opened(text: str) -> None:
    assert [(source.name, source.text) for source in sources_of({"parking": text})] == [
        ("parking.garage", "false"),
        ("parking.lot", "true"),
    ]


def test_python_2_strings_are_opened_and_passages_stay_whole() -> None:
    assert sources_of({"WiFi": "u'free'"})[0].text == "free"
    assert sources_of("[sic] He said so.") == (Source(name="text", text="[sic] He said so."),)
