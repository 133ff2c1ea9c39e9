from integrations.text.quoting import quoted

KEY = "sk-proj-0123456789abcdef"


def test_what_was_asked_is_left_out_wherever_it_stands() -> None:
    asked = "The kettle of our secret plan costs 15 euros and is red."
    said = quoted(f"Bad request: 'kettle of our secret plan costs 15' is too rude for {KEY}.", asked=[asked], key=KEY)
    assert "secret" not in said
    assert "0123" not in said
    assert said.startswith("Bad request: '")
    assert said.endswith(" is too rude for [...].")


def test_a_piece_of_a_key_is_left_out_too() -> None:
    assert "proj" not in quoted("Incorrect API key provided: sk-proj-********cdef", key=KEY)


def test_chinese_is_left_out_as_well() -> None:
    assert "秘密计划" not in quoted("无效：我们的秘密计划是红色水壶", asked=["请写我们的秘密计划是红色水壶的文案"])


def test_what_says_nothing_private_stays_as_it_is() -> None:
    assert quoted("The model does not exist.", asked=["Write about kettles."], key=KEY) == "The model does not exist."


def test_it_is_one_short_line() -> None:
    said = quoted("a\nb " * 1000)
    assert "\n" not in said
    assert len(said) < 220
