"""The English sentences for every measure.

`{count}` is a value or a name of the fact, `{count?is|are}` agrees with it, `[of=1]` before a sentence says when it
stands, and then before all others. The sentences of one group say the same: which is taken, compose.py decides. The
first group whose slots the fact can fill is taken; `{names}` are all that are counted, `{some}` the first of them.
"""

from magicai.shops.report.facts import Measure

Sentences = dict[Measure, tuple[tuple[str, ...], ...]]

_PRODUCTS = "{count} {count?product|products}"
_CATEGORIES = "{categories} {categories?category|categories}"
_BRANDS = "{brands} {brands?brand|brands}"
_THREE = "{name0}, {count1} in {name1} and {count2} in {name2}"
_STATING = "products with a known stock status"


def _named(*ways: str) -> tuple[tuple[str, ...], ...]:
    """The same with all names, with the first few, and with none."""
    stems = [way.removesuffix(".") for way in ways]
    return tuple(f"{stem}: {{names}}." for stem in stems), tuple(f"{stem}, including {{some}}." for stem in stems), ways


SENTENCES: Sentences = {
    Measure.PRODUCTS: (
        (
            f"The shop lists {_PRODUCTS} in {_CATEGORIES}, from {_BRANDS}.",
            f"The range has {_PRODUCTS} in {_CATEGORIES}, from {_BRANDS}.",
        ),
        (f"The shop lists {_PRODUCTS} in {_CATEGORIES}.", f"The range has {_PRODUCTS} in {_CATEGORIES}."),
        (f"The shop lists {_PRODUCTS} from {_BRANDS}.", f"The range has {_PRODUCTS} from {_BRANDS}."),
        (f"The shop lists {_PRODUCTS}.", f"The range has {_PRODUCTS}."),
    ),
    Measure.NO_PRODUCTS: (
        (
            "[count=0] Nothing could be read in this shop.",
            "No product was found on the {count} {count?page|pages} read in this shop.",
        ),
        ("No product was found in this shop.",),
    ),
    Measure.LARGEST_CATEGORY: (
        (
            "The category {subject} is the largest, with {count} of the {of} products.",
            "With {count} of the {of} products, {subject} is the largest category.",
            "The largest category is {subject}, with {count} of the {of} products.",
        ),
    ),
    Measure.NO_PRICES: (("[of=1] The only product has no price.", "None of the {of} products has a price."),),
    Measure.UNPRICED: (
        (
            "{count} of the {of} products {count?has|have} no price.",
            "Of the {of} products, {count} {count?has|have} no price.",
        ),
    ),
    Measure.NO_CURRENCY: (
        (
            "{count} of the {of} products {count?has|have} a price without a currency.",
            "Of the {of} products, {count} {count?has|have} a price without a currency.",
        ),
    ),
    Measure.CURRENCIES: (
        (
            f"{{count0}} {{count0?product is|products are}} priced in {_THREE}.",
            f"The shop prices {{count0}} {{count0?product|products}} in {_THREE}.",
        ),
        (
            "{count0} {count0?product is|products are} priced in {name0} and {count1} in {name1}.",
            "The shop prices {count0} {count0?product|products} in {name0} and {count1} in {name1}.",
        ),
    ),
    Measure.MEDIAN_PRICE: (
        (
            "[count=1] The only product priced in {currency} costs {median}.",
            "The median price of the {count} products priced in {currency} is {median}.",
            "Among the {count} products priced in {currency}, the median price is {median}.",
        ),
        (
            "[count=1] The only product with a price costs {median}.",
            "The median price of the {count} products with a price is {median}.",
            "Across the {count} products with a price, the median price is {median}.",
        ),
    ),
    Measure.AVERAGE_PRICE: (
        ("The average price in {currency} is {average}.", "In {currency}, the average price is {average}."),
        ("The average price is {average}.", "On average, a product costs {average}."),
    ),
    Measure.MIDDLE_HALF: (
        (
            "The middle half of the prices in {currency} lies between {low} and {high}.",
            "In {currency}, the middle half of the prices lies between {low} and {high}.",
        ),
        (
            "The middle half of the prices lies between {low} and {high}.",
            "The middle half of all prices runs from {low} to {high}.",
        ),
    ),
    Measure.CHEAPEST: (
        (
            "The cheapest product priced in {currency} is {subject}, at {price}.",
            "Prices in {currency} start at {price}, for {subject}.",
        ),
        ("The cheapest product is {subject}, at {price}.", "Prices start at {price}, for {subject}."),
    ),
    Measure.DEAREST: (
        (
            "The most expensive product priced in {currency} is {subject}, at {price}.",
            "At {price}, {subject} is the most expensive product priced in {currency}.",
        ),
        (
            "The most expensive product is {subject}, at {price}.",
            "At {price}, {subject} is the most expensive product.",
        ),
    ),
    Measure.LOWEST_PRICE: (
        (
            "The lowest price in {currency} is {price}, shared by {count} products.",
            "{count} products share the lowest price in {currency}, {price}.",
        ),
        (
            "The lowest price is {price}, shared by {count} products.",
            "{count} products share the lowest price, {price}.",
        ),
    ),
    Measure.HIGHEST_PRICE: (
        (
            "The highest price in {currency} is {price}, shared by {count} products.",
            "{count} products share the highest price in {currency}, {price}.",
        ),
        (
            "The highest price is {price}, shared by {count} products.",
            "{count} products share the highest price, {price}.",
        ),
    ),
    Measure.HIGHEST_CATEGORY: (
        (
            "The category {subject} has the highest median price in {currency}, {median}.",
            "In {currency}, the category {subject} has the highest median price, {median}.",
        ),
        (
            "The category {subject} has the highest median price, {median}.",
            "By category, {subject} has the highest median price, {median}.",
        ),
    ),
    Measure.LOWEST_CATEGORY: (
        (
            "The category {subject} has the lowest median price in {currency}, {median}.",
            "In {currency}, the category {subject} has the lowest median price, {median}.",
        ),
        (
            "The category {subject} has the lowest median price, {median}.",
            "The lowest median price is in the category {subject}, at {median}.",
        ),
    ),
    Measure.IN_STOCK: (
        (
            f"Of the {{of}} {_STATING}, {{count}} {{count?is|are}} in stock.",
            f"{{count}} of the {{of}} {_STATING} {{count?is|are}} in stock.",
        ),
    ),
    Measure.ALL_IN_STOCK: (
        ("[of=1] The only product with a known stock status is in stock.", f"All {{of}} {_STATING} are in stock."),
    ),
    Measure.NONE_IN_STOCK: (
        (
            "[of=1] The only product with a known stock status is not in stock.",
            f"None of the {{of}} {_STATING} is in stock.",
        ),
    ),
    Measure.STOCK_UNKNOWN: (
        (
            "{count} of the {of} products {count?does|do} not state whether {count?it is|they are} in stock.",
            "Of the {of} products, {count} {count?does|do} not state whether {count?it is|they are} in stock.",
        ),
    ),
    Measure.NO_STOCK_STATED: (
        (
            "[of=1] The only product does not state whether it is in stock.",
            "None of the {of} products states whether it is in stock.",
        ),
    ),
    Measure.SCARCEST_CATEGORY: (
        (
            "[count=0][of=1] In the category {subject}, the only product with a known stock status is not in stock.",
            f"[count=0] In the category {{subject}}, none of the {{of}} {_STATING} is in stock.",
            f"The category {{subject}} has the lowest share in stock: {{count}} of the {{of}} {_STATING}.",
            f"The lowest share in stock is in the category {{subject}}: {{count}} of the {{of}} {_STATING}.",
        ),
    ),
    Measure.DISCOUNTED: (
        (
            "[of=1] The only product with a price is discounted.",
            "{count} of the {of} products with a price {count?is|are} discounted.",
            "Of the {of} products with a price, {count} {count?is|are} discounted.",
        ),
    ),
    Measure.MEDIAN_DISCOUNT: (
        (
            "Among the discounted products priced in {currency}, the median discount is {percent}.",
            "The median discount on products priced in {currency} is {percent}.",
        ),
        (
            "The median discount is {percent}.",
            "Among the discounted products, the median discount is {percent}.",
        ),
    ),
    Measure.DEEPEST_DISCOUNT: (
        (
            "The deepest discount is {percent}: {subject} costs {new} instead of {old}.",
            "{subject} has the deepest discount, {percent}: it costs {new} instead of {old}.",
        ),
    ),
    Measure.NO_DISCOUNTS: (
        (
            "[of=1] The only product with a price is not discounted.",
            "None of the {of} products with a price is discounted.",
        ),
    ),
    Measure.FIRST_READING: (
        (
            "This is the first crawl of the shop; the next one will show what has changed.",
            "There is no earlier crawl to compare with; the next report will show what has changed.",
        ),
    ),
    Measure.COMPARED: (
        (
            "{count} {count?product was|products were} compared with what was known on {since}.",
            "The comparison with what was known on {since} covers {count} {count?product|products}.",
        ),
    ),
    Measure.NOTHING_COMPARED: (("No product could be compared with what was known on {since}.",),),
    Measure.NOTHING_CHANGED: (
        (
            "[of=1] Nothing changed in the one product compared with what was known on {since}.",
            "Nothing changed among the {of} products compared with what was known on {since}.",
        ),
    ),
    Measure.NEW_PRODUCTS: _named(
        "{count} {count?product is|products are} new.", "The shop has added {count} {count?product|products}."
    ),
    Measure.GONE_PRODUCTS: _named(
        "{count} {count?product is|products are} gone.", "The shop no longer lists {count} {count?product|products}."
    ),
    Measure.DEARER: (
        (
            "[of=1] The only product compared now costs more.",
            "Of the {of} products compared, {count} now {count?costs|cost} more.",
            "The price went up for {count} of the {of} products compared.",
        ),
        ("{count} {count?product now costs|products now cost} more.",),
    ),
    Measure.CHEAPER: (
        (
            "[of=1] The only product compared now costs less.",
            "Of the {of} products compared, {count} now {count?costs|cost} less.",
            "The price went down for {count} of the {of} products compared.",
        ),
        ("{count} {count?product now costs|products now cost} less.",),
    ),
    Measure.BIGGEST_RISE: (
        (
            "The largest price increase is {percent}: {subject} went from {old} to {new}.",
            "{subject} saw the largest price increase, {percent}, from {old} to {new}.",
        ),
    ),
    Measure.BIGGEST_CUT: (
        (
            "The largest price cut is {percent}: {subject} went from {old} to {new}.",
            "{subject} saw the largest price cut, {percent}, from {old} to {new}.",
        ),
    ),
    Measure.SOLD_OUT: _named(
        "{count} {count?product has|products have} sold out.",
        "The shop has sold out of {count} {count?product|products}.",
    ),
    Measure.BACK_IN_STOCK: _named(
        "{count} {count?product is|products are} back in stock.",
        "The shop has {count} {count?product|products} back in stock.",
    ),
    Measure.NOT_VISITED: (
        (
            "{count} known {count?product was|products were} not visited this time.",
            "This crawl did not visit {count} known {count?product|products}.",
        ),
    ),
    Measure.NOT_VISITED_BEFORE: (
        (
            "{count} {count?product|products} may be new: {count?its|their} pages were not read last time.",
            f"Whether {_PRODUCTS} {{count?is|are}} new is unknown: {{count?its|their}} pages were not read last time.",
        ),
    ),
    Measure.TOP_BRAND: (
        (
            "The brand {subject} has the most products, {count}.",
            "With {count}, the brand {subject} has the most products.",
        ),
    ),
    Measure.SHARED_BRANDS: (
        (
            "{brands} {brands?brand appears|brands appear} in more than one category.",
            "More than one category has products of {brands} {brands?brand|brands}.",
        ),
    ),
    Measure.SHARED_BRAND: (
        (
            "The brand {subject} appears in {categories} categories ({names}), with {count} {count?product|products}.",
            "{subject} spans {categories} categories ({names}), with {count} {count?product|products}.",
        ),
        (
            "The brand {subject} appears in {categories} categories, with {count} {count?product|products}.",
            "{subject} spans {categories} categories, with {count} {count?product|products}.",
        ),
    ),
    Measure.BOTH_SELL: (
        (
            "[of=1][count=1] The shop also sells the only product in your catalogue.",
            "[of=1] The only product in your catalogue was not found in the shop at a comparable price.",
            "[count=0] None of the {of} products in your catalogue was found in the shop at a comparable price.",
            "The shop also sells {count} of the {of} products in your catalogue.",
            "Of the {of} products in your catalogue, the shop also sells {count}.",
        ),
    ),
    Measure.SHOP_ASKS_LESS: (
        (
            "[of=1] The shop charges less than you for the only product that both sell.",
            "The shop charges less than you for {count} of the {of} products that both sell.",
            "Of the {of} products that both sell, {count} {count?is|are} cheaper in the shop than with you.",
        ),
    ),
    Measure.SHOP_ASKS_MORE: (
        (
            "[of=1] The shop charges more than you for the only product that both sell.",
            "The shop charges more than you for {count} of the {of} products that both sell.",
            "Of the {of} products that both sell, {count} {count?is|are} more expensive in the shop than with you.",
        ),
    ),
    Measure.PAGES_READ: (
        (
            "{count} {count?page was|pages were} fetched for this report.",
            "For this report, {count} {count?page was|pages were} fetched.",
        ),
    ),
    Measure.PAGES_UNCHANGED: (
        (
            "{count} {count?page has|pages have} not changed since the last crawl.",
            "Since the last crawl, {count} {count?page has|pages have} not changed.",
        ),
    ),
    Measure.PAGES_REFUSED: (("Access to {count} {count?page|pages} was refused.",),),
    Measure.PAGES_FAILED: (
        (
            "{count} {count?page|pages} could not be loaded.",
            "It was not possible to load {count} {count?page|pages}.",
        ),
    ),
    Measure.COVERAGE: (
        (
            "Coverage is {percent} of the known product pages.",
            "The crawl covered {percent} of the known product pages.",
        ),
    ),
    Measure.PROBLEMS: (
        (
            "{count} {count?problem is|problems are} listed below.",
            "This run met {count} {count?problem|problems}, listed below.",
        ),
    ),
}
