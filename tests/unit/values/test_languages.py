"""A text in another language than it was asked for is told, and one in its own never."""

import pytest

from magicai.values.languages import is_foreign

TEXTS = {
    "en": "Meet your new favourite mug. It is made of stoneware, holds 350 ml, and goes in the dishwasher.",
    "de": "Der Becher ist aus Steingut und fasst 350 ml. Er was in der Spülmaschine gut aufgehoben, in jeder Farbe.",
    "fr": "La tasse est en grès et contient 350 ml. On la met dans le lave-vaisselle, et elle est garantie à vie.",
    "pt": "A caneca é de grés e leva 350 ml. Pode ir à máquina, do mais pequeno ao maior, e não perde a cor.",
    "es": "La taza es de gres y tiene una capacidad de 350 ml. Se puede lavar en el lavavajillas con los platos.",
    "sv": "Muggen är av stengods och rymmer 350 ml. Den tål att diskas i maskin, och har en garanti på två år.",
    "pl": "Kubek jest z kamionki i mieści 350 ml. Można go myć w zmywarce, a to do codziennego użytku i na prezent.",
    "ja": "このマグカップは炻器製で、容量は350mlです。食洗機で洗えます。",
    "ko": "이 머그는 석기로 만들어졌으며 용량은 350ml입니다. 식기세척기를 사용할 수 있습니다.",
    "tr": "Bardak seramikten yapılmıştır ve 350 ml alır. Bulaşık makinesinde yıkanabilir.",
    "fi": "Muki on kivitavaraa ja vetää 350 ml. Sen voi pestä astianpesukoneessa.",
    "vi": "Chiếc cốc bằng gốm có dung tích 350 ml và dùng được trong máy rửa chén.",
    "el": "Η κούπα είναι από κεραμικό και χωράει 350 ml. Πλένεται στο πλυντήριο πιάτων.",
    "ar": "الكوب مصنوع من السيراميك ويتسع 350 مل، ويمكن غسله في غسالة الصحون.",
    "ru": "Кружка из керамики вмещает 350 мл, и её можно мыть в посудомоечной машине.",
    "zh": "这款马克杯采用炻器材质，容量350毫升，可放入洗碗机清洗。",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_never_foreign_to_its_own_language(language: str) -> None:
    assert not is_foreign(TEXTS[language], language)


@pytest.mark.parametrize(
    ("language", "asked"),
    [(text, asked) for asked in ("en", "zh") for text in TEXTS if text not in ("en", "zh")]
    + [("en", one) for one in ("de", "fr", "pt", "es", "ja", "ko", "ru", "zh")]
    + [("zh", one) for one in ("en", "de", "ko", "sv", "ja", "ru")],
)
def test_a_text_in_another_language_is_told(language: str, asked: str) -> None:
    assert is_foreign(TEXTS[language], asked)


def test_some_characters_of_a_language_do_not_make_a_text_one_in_it() -> None:
    text = "The 海港 mug holds 300 ml and is dishwasher safe. It comes in three colours and it is made for you."
    assert is_foreign(text, "zh")
    assert not is_foreign(text, "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Tarte aux pommes des familles et crème: 8 slices, frozen, ready in 20 minutes.", "en"),
        ("Sauce béarnaise, crème brûlée, foie gras: our French box in detail, with recipes.", "en"),
        ("Bordeaux Château Lafite Rothschild Pauillac 2015, 75 cl, dry.", "en"),
        ("Lammfell-Hausschuhe von Haflinger: warm slippers.", "en"),
        ("Casa de la Luz Vino Tinto Reserva del Año: a dark red from Rioja, 14% vol.", "en"),
        ("这款 Nintendo Switch OLED Model White Joy-Con Neon Blue 配 64GB microSD 存储卡 Premium Edition。", "zh"),
    ],
)
def test_a_text_that_names_things_of_other_languages_is_not_foreign(text: str, language: str) -> None:
    assert not is_foreign(text, language)


def test_of_a_language_that_is_not_known_nothing_is_said() -> None:
    assert not is_foreign(TEXTS["de"], "nds")


@pytest.mark.parametrize("text", ["Chai Die Oolong", "MUG-350", "Le Creuset", ""])
def test_a_name_says_nothing_about_the_language(text: str) -> None:
    assert not is_foreign(text, "en")
