from magicai.content.text import Block, as_html, markdown, parse, plain, spaced, written

TEXT = "# Teas\n\nFour blends,\nall black.\n\n- Assam\n- Ceylon\n"


def test_a_text_is_read_as_blocks_and_written_as_it_was() -> None:
    blocks = parse(TEXT)
    assert [(block.kind, block.text) for block in blocks] == [
        ("heading", "Teas"),
        ("paragraph", "Four blends, all black."),
        ("item", "Assam"),
        ("item", "Ceylon"),
    ]
    assert parse(written(blocks)) == blocks
    assert plain(blocks) == "Teas\n\nFour blends, all black.\n\nAssam\n\nCeylon"


def test_chinese_lines_are_joined_without_a_space() -> None:
    assert parse("四款红茶，\n均为新茶。")[0].text == "四款红茶，均为新茶。"


def test_what_models_emphasise_is_plain_text() -> None:
    assert parse("**Washed** linen, `soft`.")[0].text == "Washed linen, soft."


def test_nothing_in_a_block_is_markup() -> None:
    blocks = (Block(kind="paragraph", text="<img src=x> [a](javascript:b) *c* | d"),)
    assert markdown(blocks) == "\\<img src=x\\> \\[a\\](javascript:b) \\*c\\* \\| d"
    assert as_html(blocks) == "<p>&lt;img src=x&gt; [a](javascript:b) *c* | d</p>"


def test_items_that_follow_each_other_are_one_list() -> None:
    assert as_html(parse(TEXT)).endswith("<ul><li>Assam</li><li>Ceylon</li></ul>")


def test_characters_that_nobody_sees_are_left_out() -> None:
    assert parse("Te\u200ba\u202e and\x00 more")[0].text == "Tea and more"


def test_chinese_has_a_space_beside_latin_words_and_numbers() -> None:
    assert spaced("共有24件Havn商品") == "共有 24 件 Havn 商品"
