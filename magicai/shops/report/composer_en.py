"""The English sentence of every measure.

`{count}` is a value or a name of the fact, and `{count?is|are}` agrees with it. Of several, the first that the fact can
fill is taken; `[of=1]` before one says when it stands. `{names}` are all that are counted, `{some}` the first of them.
"""

from magicai.shops.report.facts import Measure

Sentences = dict[Measure, tuple[str, ...]]

_PRODUCTS = "{count} {count?product|products}"
_CATEGORIES = "{categories} {categories?category|categories}"
_BRANDS = "{brands} {brands?brand|brands}"
_STATING = "products with a known stock status"
_OF_PRODUCTS = "Of the {of} products, {count} {count?has|have}"


def _named(words: str) -> tuple[str, ...]:
    """The same with all names, with the first few, and with none."""
    return f"{words}: {{names}}.", f"{words}, including {{some}}.", f"{words}."


SENTENCES: Sentences = {
    Measure.PRODUCTS: (
        f"The shop lists {_PRODUCTS} in {_CATEGORIES}, from {_BRANDS}.",
        f"The shop lists {_PRODUCTS} in {_CATEGORIES}.",
        f"The shop lists {_PRODUCTS} from {_BRANDS}.",
        f"The shop lists {_PRODUCTS}.",
    ),
    Measure.NO_PRODUCTS: (
        "[count=0] Nothing could be read in this shop.",
        "No product was found on the {count} {count?page|pages} read in this shop.",
        "No product was found in this shop.",
    ),
    Measure.LARGEST_CATEGORY: ("The largest category is {subject}, with {count} of the {of} products.",),
    Measure.NO_PRICES: ("[of=1] The only product has no price.", "None of the {of} products has a price."),
    Measure.UNPRICED: (f"{_OF_PRODUCTS} no price.",),
    Measure.NO_CURRENCY: (f"{_OF_PRODUCTS} a price without a currency.",),
    Measure.CURRENCIES: (
        "The shop prices {count0} {count0?product|products} in {name0}, {count1} in {name1} and {count2} in {name2}.",
        "The shop prices {count0} {count0?product|products} in {name0} and {count1} in {name1}.",
    ),
    Measure.MEDIAN_PRICE: (
        "[count=1] The only product priced in {currency} costs {median}.",
        "The median price of the {count} products priced in {currency} is {median}.",
        "[count=1] The only product with a price costs {median}.",
        "The median price of the {count} products with a price is {median}.",
    ),
    Measure.AVERAGE_PRICE: ("The average price in {currency} is {average}.", "The average price is {average}."),
    Measure.MIDDLE_HALF: (
        "The middle half of the prices in {currency} lies between {low} and {high}.",
        "The middle half of the prices lies between {low} and {high}.",
    ),
    Measure.CHEAPEST: (
        "The cheapest product priced in {currency} is {subject}, at {price}.",
        "The cheapest product is {subject}, at {price}.",
    ),
    Measure.DEAREST: (
        "The most expensive product priced in {currency} is {subject}, at {price}.",
        "The most expensive product is {subject}, at {price}.",
    ),
    Measure.LOWEST_PRICE: (
        "The lowest price in {currency} is {price}, shared by {count} products.",
        "The lowest price is {price}, shared by {count} products.",
    ),
    Measure.HIGHEST_PRICE: (
        "The highest price in {currency} is {price}, shared by {count} products.",
        "The highest price is {price}, shared by {count} products.",
    ),
    Measure.HIGHEST_CATEGORY: (
        "The category {subject} has the highest median price in {currency}, {median}.",
        "The category {subject} has the highest median price, {median}.",
    ),
    Measure.LOWEST_CATEGORY: (
        "The category {subject} has the lowest median price in {currency}, {median}.",
        "The category {subject} has the lowest median price, {median}.",
    ),
    Measure.IN_STOCK: (f"Of the {{of}} {_STATING}, {{count}} {{count?is|are}} in stock.",),
    Measure.ALL_IN_STOCK: (
        "[of=1] The only product with a known stock status is in stock.",
        f"All {{of}} {_STATING} are in stock.",
    ),
    Measure.NONE_IN_STOCK: (
        "[of=1] The only product with a known stock status is not in stock.",
        f"None of the {{of}} {_STATING} is in stock.",
    ),
    Measure.STOCK_UNKNOWN: (
        "Of the {of} products, {count} {count?does|do} not state whether {count?it is|they are} in stock.",
    ),
    Measure.NO_STOCK_STATED: (
        "[of=1] The only product does not state whether it is in stock.",
        "None of the {of} products states whether it is in stock.",
    ),
    Measure.SCARCEST_CATEGORY: (
        "[count=0][of=1] In the category {subject}, the only product with a known stock status is not in stock.",
        f"[count=0] In the category {{subject}}, none of the {{of}} {_STATING} is in stock.",
        f"The category {{subject}} has the lowest share in stock: {{count}} of the {{of}} {_STATING}.",
    ),
    Measure.DISCOUNTED: (
        "[of=1] The only product with a price is discounted.",
        "Of the {of} products with a price, {count} {count?is|are} discounted.",
    ),
    Measure.MEDIAN_DISCOUNT: (
        "The median discount on products priced in {currency} is {percent}.",
        "The median discount is {percent}.",
    ),
    Measure.DEEPEST_DISCOUNT: ("The deepest discount is {percent}: {subject} costs {new} instead of {old}.",),
    Measure.NO_DISCOUNTS: (
        "[of=1] The only product with a price is not discounted.",
        "None of the {of} products with a price is discounted.",
    ),
    Measure.FIRST_READING: ("This is the first crawl of the shop; the next one will show what has changed.",),
    Measure.COMPARED: (f"The comparison with what was known on {{since}} covers {_PRODUCTS}.",),
    Measure.NOTHING_COMPARED: ("No product could be compared with what was known on {since}.",),
    Measure.NOTHING_CHANGED: (
        "[of=1] Nothing changed in the one product compared with what was known on {since}.",
        "Nothing changed among the {of} products compared with what was known on {since}.",
    ),
    Measure.NEW_PRODUCTS: _named(f"The shop has added {_PRODUCTS}"),
    Measure.GONE_PRODUCTS: _named(f"The shop no longer lists {_PRODUCTS}"),
    Measure.DEARER: (
        "[of=1] The only product compared now costs more.",
        "Of the {of} products compared, {count} now {count?costs|cost} more.",
        f"The price went up for {_PRODUCTS}.",
    ),
    Measure.CHEAPER: (
        "[of=1] The only product compared now costs less.",
        "Of the {of} products compared, {count} now {count?costs|cost} less.",
        f"The price went down for {_PRODUCTS}.",
    ),
    Measure.BIGGEST_RISE: ("The largest price increase is {percent}: {subject} went from {old} to {new}.",),
    Measure.BIGGEST_CUT: ("The largest price cut is {percent}: {subject} went from {old} to {new}.",),
    Measure.SOLD_OUT: _named(f"The shop has sold out of {_PRODUCTS}"),
    Measure.BACK_IN_STOCK: _named(f"The shop is selling {_PRODUCTS} again that had sold out"),
    Measure.NOT_VISITED: ("This crawl did not visit {count} known {count?product|products}.",),
    Measure.NOT_VISITED_BEFORE: (
        f"Whether {_PRODUCTS} {{count?is|are}} new is unknown: {{count?its|their}} pages were not read last time.",
    ),
    Measure.TOP_BRAND: ("The brand {subject} has the most products, {count}.",),
    Measure.SHARED_BRANDS: ("More than one category has products of {brands} {brands?brand|brands}.",),
    Measure.SHARED_BRAND: (
        f"The brand {{subject}} appears in {{categories}} categories ({{names}}), with {_PRODUCTS}.",
        f"The brand {{subject}} appears in {{categories}} categories, with {_PRODUCTS}.",
    ),
    Measure.BOTH_SELL: (
        "[of=1][count=1] The shop also sells the only product in your catalogue.",
        "[of=1] The only product in your catalogue was not found in the shop at a comparable price.",
        "[count=0] None of the {of} products in your catalogue was found in the shop at a comparable price.",
        "The shop also sells {count} of the {of} products in your catalogue.",
    ),
    Measure.SHOP_ASKS_LESS: (
        "[of=1] The shop charges over {percent} less than you for the only product that both sell.",
        "The shop charges over {percent} less than you for {count} of the {of} products that both sell.",
        "[of=1] The shop charges less than you for the only product that both sell.",
        "The shop charges less than you for {count} of the {of} products that both sell.",
    ),
    Measure.SHOP_ASKS_MORE: (
        "[of=1] The shop charges more than you for the only product that both sell.",
        "The shop charges more than you for {count} of the {of} products that both sell.",
    ),
    Measure.BIGGEST_UNDERCUT: (
        "The shop undercuts you most with {subject}, by {percent}: it charges {new}, and you {old}.",
    ),
    Measure.SOLD_OUT_THERE: _named(f"The shop has sold out of {_PRODUCTS} that you sell, too"),
    Measure.MAYBE_THE_SAME: (
        f"{_PRODUCTS} in your catalogue may be sold by the shop, too: {{count?it is|they are}} listed to be checked.",
    ),
    Measure.PAGES_READ: ("For this report, {count} {count?page was|pages were} fetched.",),
    Measure.PAGES_UNCHANGED: ("Since the last crawl, {count} {count?page has|pages have} not changed.",),
    Measure.PAGES_REFUSED: ("Access to {count} {count?page|pages} was refused.",),
    Measure.PAGES_FAILED: ("It was not possible to load {count} {count?page|pages}.",),
    Measure.COVERAGE: ("The crawl covered {percent} of the known product pages.",),
    Measure.PROBLEMS: ("This run met {count} {count?problem|problems}, listed below.",),
}
