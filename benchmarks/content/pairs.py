"""Pairs of texts from one input, the better one first: written, and put in order, before they were scored.

The order is that of a shop's editor: a text that says something untrue, leaves out what a buyer needs, repeats itself,
reads badly or has another form than was asked for is the worse one.
"""

from typing import Any

_APRON: dict[str, Any] = {
    "name": "Linen apron", "brand": "Havn", "category": "Kitchen", "price": "39.00 EUR", "material": "washed linen", "colors": ["sand", "slate"],
    "features": ["two pockets", "adjustable neck strap"], "warranty": "2 years",
}  # fmt: skip
_MUG: dict[str, Any] = {
    "name": "Stoneware mug",
    "brand": "Fjell",
    "price": "14.50 EUR",
    "weight": "380 g",
    "features": ["safe for dishwashers"],
    "care": "rinse by hand if it has gold",
}
_POST: dict[str, Any] = {
    "platform": "mastodon",
    "subject": "Tasting evening",
    "date": "17 April 2027",
    "place": "22 Orchard Lane",
    "price": "12 EUR",
    "offer": "10% off that night",
}
_NEWS: dict[str, Any] = {
    "headline": "Northpeak opens in Leeds", "company": "Northpeak", "place": "Leeds", "date": "4 May 2027", "news": "Northpeak opens its first shop in England.",
    "facts": ["12 people work there", "The shop has 300 square metres"], "quote": "We wanted to be near the hills.", "quoted": "Priya Nair", "contact": "press@northpeak.example",
}  # fmt: skip
_KETTLE: dict[str, Any] = {
    "name": "暖山保温壶",
    "brand": "山野集",
    "price": "129 元",
    "material": "316 不锈钢",
    "weight": "680 克",
    "colors": ["墨绿", "米白"],
    "features": ["保温 12 小时"],
    "warranty": "2 年",
}
_SEO: dict[str, Any] = {"name": "Linen apron", "brand": "Havn", "price": "39.00 EUR", "shop": "Hearth & Hand"}

_A = "The Linen apron by Havn is made of washed linen and comes in sand and slate. It has two pockets and an adjustable neck strap. It costs 39.00 EUR, with a warranty of 2 years."
_M = "The Stoneware mug by Fjell weighs 380 g and is safe for dishwashers. Rinse it by hand if it has gold. It costs 14.50 EUR."
_P = "Tasting evening on 17 April 2027 at 22 Orchard Lane. Entry is 12 EUR, and that night everything is 10% off."
_N = (
    "# Northpeak opens in Leeds\n\nLeeds, 4 May 2027. Northpeak opens its first shop in England. 12 people work there. The shop has 300 square metres.\n\n"
    "“We wanted to be near the hills.” says Priya Nair.\n\nContact: press@northpeak.example"
)  # fmt: skip
_K = "山野集暖山保温壶采用 316 不锈钢制成，重 680 克，保温 12 小时。墨绿、米白两色可选，售价 129 元，质保 2 年。"

# Content type, language, variables, the better text, the worse one, why.
PAIRS: tuple[tuple[str, str, dict[str, Any], str, str, str], ...] = (
    ("product-description", "en", _APRON, _A, _A.replace("39.00 EUR", "29.00 EUR"), "a wrong price"),
    ("product-description", "en", _APRON, _A, _A.replace("washed linen", "organic cotton"), "a wrong material"),
    ("product-description", "en", _APRON, _A, _A + " It is the best apron in the world.", "boasts"),
    ("product-description", "en", _APRON, _A, _A + " Chefs in Oslo have used it since 2011.", "makes something up"),
    ("product-description", "en", _APRON, _A, "The Linen apron by Havn is made of washed linen and comes in sand and slate.", "leaves out the price, pockets and warranty"),
    ("product-description", "en", _APRON, _A, "Linen apron. Havn. Kitchen.", "says hardly anything"),
    ("product-description", "en", _APRON, _A, f"{_A} {_A}", "says everything twice"),
    ("product-description", "en", _APRON, _A, _A.replace(". It", ", it").replace(". It", ", it") + "", "one sentence without an end"),
    ("product-description", "en", _APRON, _A, _A.replace("It has two pockets", "It it has two pockets").replace("an adjustable", "a adjustable"), "faults of grammar"),
    ("product-description", "en", _APRON, _A, "Introducing the quintessential embodiment of culinary sophistication, the Linen apron by Havn harmoniously amalgamates washed linen, two pockets, an adjustable neck strap and multifaceted utilitarian considerations, in sand and slate, at 39.00 EUR, with a warranty of 2 years.", "bloated words"),
    ("product-description", "en", _APRON, _A, _A.replace("39.00 EUR", "undefined"), "a value is missing"),
    ("product-description", "en", _APRON, _A, "# Linen apron\n\n## Material\n\nWashed linen.\n\n## Colours\n\nSand and slate.\n\n## Pockets\n\nTwo pockets, adjustable neck strap, 39.00 EUR, Havn, 2 years.", "chopped into headings"),
    ("product-description", "en", _APRON, "The Linen apron by Havn comes in sand and slate.\n\n- two pockets\n- adjustable neck strap\n\nMade of washed linen. It costs 39.00 EUR, with a warranty of 2 years.", "- Linen apron\n- Havn\n- washed linen\n- sand\n- slate\n- two pockets\n- adjustable neck strap\n- 39.00 EUR\n- 2 years", "a list of values is no text"),
    ("product-description", "en", _APRON, _A, _A.replace("2 years", "10 years"), "promises more"),
    ("product-description", "en", _APRON, _A, "Dein neuer Begleiter: die Leinenschürze von Havn für 39.00 EUR, sand und slate, washed linen, two pockets, 2 years.", "another language"),
    ("product-description", "en", _MUG, _M, _M.replace("380 g", "830 g"), "a wrong weight"),
    ("product-description", "en", _MUG, _M, _M.replace("Rinse it by hand if it has gold. ", ""), "leaves out the care"),
    ("product-description", "en", _MUG, _M, _M + " Studies prove that it lowers blood pressure.", "a claim of health"),
    ("product-description", "en", _MUG, _M, _M + " Great mug!!! Buy it now!!! So good!!!", "shouts"),
    ("product-description", "en", _MUG, _M, "A mug.", "is too short"),
    ("product-description", "en", _MUG, _M, "The Stoneware mug by Fjell weighs 380 g , and it is safe for dishwashers .Rinse it by hand if it has gold . It costs 14.50 EUR .", "spaces before the stops"),
    ("social-post", "en", _POST, _P, _P.replace("17 April", "27 April"), "a wrong day"),
    ("social-post", "en", _POST, _P, _P.replace(" at 22 Orchard Lane", ""), "does not say where"),
    ("social-post", "en", _POST, _P, f"# Tasting evening\n\n{_P}", "a heading in a post"),
    ("social-post", "en", _POST, _P, " ".join([_P] * 6), "longer than a post may be"),
    ("social-post", "en", _POST, _P, _P + " Limited to 20 seats.", "makes something up"),
    ("press-note", "en", _NEWS, _N, _N.replace("Priya Nair", "Paul Norris"), "quotes somebody else"),
    ("press-note", "en", _NEWS, _N, _N.replace("# Northpeak opens in Leeds\n\n", ""), "no headline"),
    ("press-note", "en", _NEWS, _N, _N.replace(" 12 people work there. The shop has 300 square metres.", ""), "leaves out the facts"),
    ("press-note", "en", _NEWS, _N, _N.replace("300 square metres", "3,000 square metres"), "ten times as large"),
    ("press-note", "en", _NEWS, _N, _N.replace("\n\nContact: press@northpeak.example", ""), "nobody to ask"),
    ("seo", "en", _SEO, "# Linen apron by Havn\n\nLinen apron by Havn for 39.00 EUR at Hearth & Hand.", "# Apron\n\nBuy aprons here, aprons, aprons, cheap aprons, aprons online.", "stuffed with a word"),
    ("product-description", "zh", _KETTLE, _K, _K.replace("129 元", "99 元"), "价格错误"),
    ("product-description", "zh", _KETTLE, _K, _K + "全网销量第一，史上最保温。", "夸大"),
    ("product-description", "zh", _KETTLE, _K, "山野集暖山保温壶，售价 129 元。", "缺少材质、颜色和质保"),
    ("product-description", "zh", _KETTLE, _K, _K + _K, "重复"),
    ("product-description", "zh", _KETTLE, _K, _K.replace("，", ",").replace("。", "."), "半角标点"),
    ("product-description", "zh", _KETTLE, _K, _K.replace("保温 12 小时", "保温 24 小时"), "保温时间错误"),
    ("product-description", "zh", _KETTLE, _K, _K + "有助于治疗胃寒。", "医疗说法"),
    ("product-description", "zh", _KETTLE, _K, "山野集暖山保温壶的的材质是是 316 不锈钢，，重 680 克，保温 12 小时，墨绿、米白，129 元，质保 2 年", "语病"),
)  # fmt: skip
