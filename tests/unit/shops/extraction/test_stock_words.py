import tracemalloc

import pytest

from magicai.shops.extraction.stock_words import availability_term, stock_word
from magicai.shops.product import Availability

IN, OUT, PRE, BACK = Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.PREORDER, Availability.BACKORDER


@pytest.mark.parametrize(
    ("line", "availability"),
    [
        ("In stock", IN), ("Only 3 left in stock", IN), ("22 available", IN), ("Availability: In Stock", IN),
        ("Available, delivery time 1-3 days", IN), ("Out of stock", OUT), ("SOLD OUT", OUT), ("Not in stock", OUT),
        ("Currently unavailable", OUT), ("0 in stock", OUT), ("Pre-order now", PRE), ("Available on backorder", BACK),
        ("Sofort verfügbar, Lieferzeit: 1-3 Tage", IN), ("Auf Lager", IN), ("Nicht mehr verfügbar", OUT),
        ("Ausverkauft", OUT), ("Vorbestellen", PRE), ("En stock", IN), ("Plus que 2 articles", IN),
        ("Rupture de stock", OUT), ("Épuisé", OUT), ("Disponible", IN), ("Agotado", OUT), ("Sin existencias", OUT),
        ("Preventa", PRE), ("Bajo pedido", BACK), ("Disponibile", IN), ("Non disponibile", OUT), ("Esaurito", OUT),
        ("Op voorraad", IN), ("Uitverkocht", OUT), ("Niet op voorraad", OUT), ("Em estoque", IN), ("Esgotado", OUT),
        ("Pré-venda", PRE), ("W magazynie", IN), ("Brak w magazynie", OUT), ("Niedostępny", OUT), ("I lager", IN),
        ("Finns i lager", IN), ("Slut i lager", OUT), ("Slutsåld", OUT), ("På lager", IN), ("Udsolgt", OUT),
        ("在庫あり", IN), ("残り3点", IN), ("売り切れ", OUT), ("在庫切れ", OUT), ("予約受付中", PRE),
        ("お取り寄せ", BACK),
        ("有货", IN), ("现货", IN), ("库存：25 件", IN), ("库存紧张", IN), ("缺货", OUT), ("售罄", OUT),
        ("在庫：あり", IN), ("在庫：なし", OUT), ("No longer sold", OUT), ("Nicht mehr erhältlich", OUT),
        ("Dieser Artikel steht derzeit nicht zur Verfügung!", OUT), ("Derzeit nicht lieferbar", OUT),
        ("暂无库存", OUT),
        ("库存：0", OUT), ("已下架", OUT), ("预售", PRE), ("품절", OUT), ("В наличии", IN), ("Нет в наличии", OUT),
        ("0 Units in Stock", OUT), ("10 Units in Stock", IN), ("0 Stück auf Lager", OUT), ("an Lager", IN),
        ("ناموجود", OUT), ("اتمام موجودی", OUT),
    ],
)  # fmt: skip
def test_knows_the_words_of_shops(line: str, availability: Availability) -> None:
    assert stock_word(line) is availability


@pytest.mark.parametrize(
    "line",
    [
        "Available in 3 colours",
        "Verfügbar in 5 Farben",
        "Disponible en 3 tailles",
        "Pickup available at Main Street",
        "We ship all items that are in stock on the same day, from Monday to Friday.",
        "Sold by Acme",
        "Stock photo",
        "Add to cart",
        "",
        "x" * 5_000,
    ],
)
def test_leaves_lines_about_other_things_alone(line: str) -> None:
    assert stock_word(line) is None


@pytest.mark.parametrize(
    ("term", "availability"),
    [
        ("https://schema.org/InStock", IN), ("http://schema.org/LimitedAvailability", IN), ("schema:OutOfStock", OUT),
        ("SoldOut", OUT), ("Discontinued", OUT), ("PreOrder", PRE), ("BackOrder", BACK), ("in stock", IN),
        ("out_of_stock", OUT), ("https://schema.org/Something", None), ("", None),
    ],
)  # fmt: skip
def test_knows_schema_orgs_terms_and_feeds_words(term: str, availability: Availability | None) -> None:
    assert availability_term(term) is availability


def test_long_terms_are_not_remembered() -> None:
    tracemalloc.start()
    for number in range(40):
        availability_term(f"{number}{'x' * 200_000}")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1_000_000, "of 8 MB"


def _each(text: str) -> list[str]:
    return [line.strip() for line in text.split("·")]


@pytest.mark.parametrize("line", _each("""
    לא במלאי · pas en stock · n'est pas en stock · No en stock · No hay en stock · Sin en stock · Non è in stock
    · Niet direct leverbaar · Não há em stock · Não disponível em estoque · Nie ma w magazynie · Není na skladě
    · Nicht ab Lager · Nicht sofort lieferbar · Nicht sofort verfügbar · Ikke i lager · Ej lagervara
    · Finns inte på lager · Nem raktáron · Nu e în stoc · Nu este in stoc · Nu mai este în stoc · не в наличии
    · Нема в наявності · Ei ole varastossa · Không còn hàng · 无现货 · 没有现货
    · 没有货 · 在庫ありません · ไม่มีสินค้า
    · None in stock · No items in stock · Not ready to ship · Status: not currently in stock · לא זמין
    · No more in stock
"""))  # fmt: skip
def test_a_denied_word_of_stock_means_the_opposite(line: str) -> None:
    assert stock_word(line) is OUT


@pytest.mark.parametrize("line", _each("""
    Bald wieder auf Lager · Wieder auf Lager ab 12.01. · Back in stock soon · In stock soon · In stock again soon
    · Bientôt de nouveau en stock · Binnenkort weer op voorraad · Próximamente en stock · Скоро в наличии
    · Wkrótce na stanie · Brzy skladem · Kommer snart i lager · Back in stock on 12 January · 即将有货
    · Back in stock in 2 weeks
"""))  # fmt: skip
def test_what_will_be_in_stock_is_not(line: str) -> None:
    assert stock_word(line) is OUT


@pytest.mark.parametrize("line", _each("""
    Back in stock · Wieder auf Lager · Back in stock: 3 left · Nu op voorraad · Nu i lager · No VAT. In stock
    · Not returnable! In stock · No tools needed In stock · Back in stock! Ships on 2 Jan · Non solo online: in stock
    · מלא במלאי · Pronto in magazzino · In stock, sold by us soon
"""))  # fmt: skip
def test_a_denial_of_something_else_leaves_stock_alone(line: str) -> None:
    assert stock_word(line) is IN


@pytest.mark.parametrize("line", _each("""
    Momentálně nedostupné · Dočasne nedostupné · Nie je na sklade · Produto indisponível · Producto no disponible
    · Actuellement indisponible · Stok Yok · STOK YOK · Gelince Haber Ver · GELİNCE HABER VER · Stokta kalmadı
    · STOKTA KALMADI · Tillfälligt slut · Loppu · Varasto loppu · Ei saatavilla · Jelenleg nem elérhető
    · Nem rendelhető · Няма в наличност · Не е наличен · Изчерпан · Закінчився · Εξαντλήθηκε · ΕΞΑΝΤΛΗΘΗΚΕ
    · Μη διαθέσιμο · Εκτός αποθέματος · ΕΚΤΟΣ ΑΠΟΘΕΜΑΤΟΣ · Rasprodano · Nema na zalihi · Nije na zalihi
    · Nije dostupno · Ni na zalogi · Razprodano · Išparduota · Nėra sandėlyje · Izpārdots · Nav noliktavā
    · Läbi müüdud · Otsas · نفذت الكمية · غير موجود · אזל · Habis · Kein Lagerbestand · 在庫はありません · 完售
    · Avise-me quando chegar · Avise-me · Avísame · Avísame cuando vuelva · Prévenez-moi · Avvisami
    · Powiadom o dostępności · Hlídat dostupnost · Уведомить о поступлении · Сообщить о поступлении
"""))  # fmt: skip
def test_knows_when_nothing_is_left(line: str) -> None:
    assert stock_word(line) is OUT


@pytest.mark.parametrize("line", _each("""
    knapper Lagerbestand · Produkt dostępny · Na sklade · Stokta · Heti saatavilla · Elérhető · В наличност · Наличен
    · Διαθέσιμο · ΔΙΑΘΕΣΙΜΟ · Άμεσα διαθέσιμο · Na zalihi · Na zalogi · Dostupno · Yra sandėlyje · Ir noliktavā
    · זמין · موجود
"""))  # fmt: skip
def test_knows_when_one_can_have_it(line: str) -> None:
    assert stock_word(line) is IN


@pytest.mark.parametrize("line", _each("""
    Laos · Laos, Vientiane · Coffee from Laos · Loppu hyvin · Loppu, kaikki hyvin · Otsas on koer · Habis-habisan
    · Elérhető 3 színben · Stokta olan ürünler · Hlídat cenu · Avísame de las ofertas · مواد موجود
    · Rasprodaja · Razprodaja · Izpārdošana · Išpardavimas · ไม่มีสินค้าในตะกร้า · Produkt dostępny w 3 kolorach · גאזל
"""))  # fmt: skip
def test_leaves_words_alone_that_mean_stock_only_by_themselves(line: str) -> None:
    assert stock_word(line) is None
