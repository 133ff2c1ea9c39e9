import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from magicai.shops.extraction.encoding import as_utf8, decode

PAGE = '<html><head><meta charset="utf-8"><title>{0}</title></head><body><h1>{1}</h1><p>{2}</p></body></html>'
CHINESE = PAGE.format("好物商城", "不锈钢保温杯", "现货，包邮 1,299.00元 加入购物车")
TAIWANESE = PAGE.format("好物商城", "不鏽鋼保溫杯", "現貨，免運 1,299元 加入購物車")
JAPANESE = PAGE.format("お店", "ステンレスボトル", "在庫あり 1,299円 カートに入れる")
KOREAN = PAGE.format("상점", "스테인리스 보온병", "재고 있음 12,000원 장바구니에 담기")
RUSSIAN = PAGE.format("Магазин", "Термос из нержавеющей стали", "В наличии 1 299 руб. Добавить в корзину")
FRENCH = PAGE.format("Boutique", "Thé glacé à la pêche", "Épuisé 12,50 € Ajouter au panier")
GREEK = PAGE.format("Κατάστημα", "Θερμός από ανοξείδωτο ατσάλι", "Διαθέσιμο άμεσα")
POLISH = PAGE.replace("<html>", '<html lang="pl">').format("Sklep", "Łóżko dębowe", "Dostępny, cena 1 299,00 zł")
WRITTEN = [
    (CHINESE, "gbk"), (CHINESE, "gb18030"), (TAIWANESE, "big5"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"), (KOREAN, "cp949"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (FRENCH, "cp1252"),
    (GREEK, "cp1253"), (POLISH, "cp1250"), (CHINESE, "utf-8"), (CHINESE, "utf-16"), (FRENCH, "utf-8-sig"),
]  # fmt: skip


@pytest.mark.parametrize("claimed", ["", "utf-8", "iso-8859-1", "itself", "no-such-thing"])
@pytest.mark.parametrize(("text", "encoding"), WRITTEN)
def test_reads_what_was_written_whatever_the_header_claims(text: str, encoding: str, claimed: str) -> None:
    charset = encoding if claimed == "itself" else claimed
    assert decode(text.encode(encoding), charset=charset) == text


def test_the_charset_may_stand_in_the_content_type() -> None:
    body = RUSSIAN.replace('<meta charset="utf-8">', "").encode("iso8859_5")
    assert "Термос" in decode(body, content_type="text/html; charset=ISO-8859-5")


def test_utf8_is_handed_on_as_it_is() -> None:
    body = CHINESE.encode()
    assert as_utf8(body) is body


def test_a_torn_character_costs_itself_alone() -> None:
    body = CHINESE.encode()
    assert "不锈钢保温杯" in decode(body[:60] + b"\xff" + body[60:-3], charset="utf-8")


@pytest.mark.parametrize("charset", ["base64", "zip", "rot13", "hex", "idna", "unicode_escape", "undefined", "utf-7"])
def test_what_is_no_encoding_of_text_is_none_of_a_page(charset: str) -> None:
    assert decode("Café crème".encode("cp1252"), charset=charset) == "Café crème"


@given(st.binary(max_size=300), st.text(max_size=20))
@example(b"\x80", "undefined")
def test_any_bytes_become_text(body: bytes, charset: str) -> None:
    decode(body, content_type=charset, charset=charset).encode()
