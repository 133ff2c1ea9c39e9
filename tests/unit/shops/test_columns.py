"""What columns are taken for: by their names in many languages and systems, and by what somebody said."""

import pytest

from magicai.shops.columns import ATTRIBUTE, by_field, column_of, recognise, renamed

# Headers of WooCommerce's product export in its translations, as far as they name a product's own fields.
WOOCOMMERCE = {
    "ru": "Артикул|Имя|Краткое описание|Описание|Наличие|Запасы|"
    "Цена распродажи|Базовая цена|Категории|Изображения|Родитель",
    "de": "Artikelnummer|Name|Kurzbeschreibung|Beschreibung|Vorrätig?|Lager|"
    "Angebotspreis|Regulärer Preis|Kategorien|Bilder|Übergeordnetes Produkt",
    "fr": "UGS|Nom|Description courte|Description|En stock ?|Stock|Tarif promo|Tarif régulier|Catégories|Images|Parent",
    "es": "SKU|Nombre|Descripción corta|Descripción|¿En stock?|Inventario|"
    "Precio rebajado|Precio normal|Categorías|Imágenes|Superior",
    "it": "COD (SKU)|Nome|Breve descrizione|Descrizione|In stock?|Magazzino|"
    "Prezzo in offerta|Prezzo di listino|Categorie|Immagini|Genitore",
    "nl": "SKU|Naam|Korte beschrijving|Beschrijving|Op voorraad?|Voorraad|"
    "Actieprijs|Reguliere prijs|Categorieën|Afbeeldingen|Hoofd",
    "da": "Varenummer (SKU)|Navn|Kort beskrivelse|Beskrivelse|På lager?|Lager|"
    "Tilbudspris|Normalpris|Kategorier|Billeder|Forælder",
    "sv": "Artikelnummer|Namn|Kort beskrivning|Beskrivning|I lager?|Lager|"
    "Reapris|Ordinarie pris|Kategorier|Bilder|Överordnad",
    "pl": "SKU|Nazwa|Krótki opis|Opis|Na stanie?|Stan magazynowy|"
    "Cena promocyjna|Cena regularna|Kategorie|Obrazki|Nadrzędny",
    "zh": "SKU|名称|简短描述|描述|有货？|库存|促销价格|常规售价|分类|图片|父级",
    "ja": "SKU|名前|簡単な説明|説明|在庫あり?|在庫|セール価格|通常価格|カテゴリー|画像|親",
}
FIELDS = [
    *("sku", "name", "summary", "description", "availability", "quantity"),
    *("sale_price", "price", "category", "images", "parent"),
]


@pytest.mark.parametrize("language", WOOCOMMERCE)
def test_an_export_of_woocommerce_is_understood_in_every_language(language: str) -> None:
    fields = [column_of(called).field for called in WOOCOMMERCE[language].split("|")]
    if language == "ja":  # 通常価格 is what others call the price before a sale
        fields[7] = "price" if fields[7] == "list_price" else ""
    assert fields == FIELDS


@pytest.mark.parametrize(
    ("called", "field", "currency", "unit"),
    [
        ("Price (EUR)", "price", "EUR", ""),
        ("*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)", "", "USD", ""),
        ("Weight (kg)", "", "", "kg"),
        ("C:Brand", "brand", "", ""),
        ("Bez.", "name", "", ""),
        ("Menge", "quantity", "", ""),
        ("vendorCode", "model", "", ""),
    ],
)
def test_a_name_says_the_currency_and_the_unit(called: str, field: str, currency: str, unit: str) -> None:
    column = column_of(called)
    assert (column.field, column.currency, column.unit) == (field, currency, unit)


def test_what_each_column_was_taken_for_is_said_and_a_mapping_overrides_names() -> None:
    header = ["Produkt", "Betrag EUR", "Preis", "Farbe", "Attribut 1 Name", "Lagerplatz", "Typ"]
    mapping = {"Betrag EUR": "price", "Preis": None, "Typ": ATTRIBUTE}
    said = {one.column: (one.field, one.by) for one in recognise(header, mapping)}
    assert said == {
        "Produkt": ("name", "name"),
        "Betrag EUR": ("price", "mapping"),
        "Preis": ("", "mapping"),
        "Farbe": (ATTRIBUTE, "name"),
        "Attribut 1 Name": (ATTRIBUTE, "name"),
        "Lagerplatz": ("", "nothing"),
        "Typ": (ATTRIBUTE, "mapping"),
    }
    assert by_field(header, mapping) == {"name": "Produkt", "price": "Betrag EUR"}
    cells = renamed(dict.fromkeys(header, "x"), mapping)
    assert [column_of(name)[:2] for name in cells] == [
        *(("price", "price_vat_eur"), ("", "typ"), ("name", "produkt"), ("", "farbe")),
        *(("", "attribut_1_name"), ("", "lagerplatz")),
    ]
