"""One English sentence for every measure.

`{count}` is a value or a name of the fact, `{count?is|are}` agrees with it, `[of=1]` before a sentence says when it
stands. The first sentence whose slots the fact can fill is taken.
"""

from magicai.shops.report.facts import Measure

SENTENCES: dict[Measure, tuple[str, ...]] = {
    Measure.PRODUCTS: (
        (
            "The shop lists {count} {count?product|products} in {categories} {categories?category|categories}, "
            "from {brands} {brands?brand|brands}."
        ),
        "The shop lists {count} {count?product|products} in {categories} {categories?category|categories}.",
        "The shop lists {count} {count?product|products} from {brands} {brands?brand|brands}.",
        "The shop lists {count} {count?product|products}.",
    ),
    Measure.NO_PRODUCTS: (
        "[count=0] Nothing could be read in this shop.",
        "No product was found on the {count} {count?page that was|pages that were} read in this shop.",
        "No product was found in this shop.",
    ),
    Measure.LARGEST_CATEGORY: ("The category {subject} is the largest, with {count} of the {of} products.",),
    Measure.NO_PRICES: ("[of=1] The only product shows no price.", "None of the {of} products shows a price."),
    Measure.UNPRICED: ("{count} of the {of} products {count?shows|show} no price.",),
    Measure.NO_CURRENCY: ("{count} of the {of} products {count?shows|show} a price without a currency.",),
    Measure.CURRENCIES: (
        "{count0} {count0?product is|products are} priced in {name0}, {count1} in {name1} and {count2} in {name2}.",
        "{count0} {count0?product is|products are} priced in {name0} and {count1} in {name1}.",
    ),
    Measure.MEDIAN_PRICE: (
        "Among the {count} products priced in {currency}, the median price is {median}.",
        "The median price is {median}, taken from {count} {count?product|products} with a price.",
    ),
    Measure.AVERAGE_PRICE: (
        "The average price in {currency} is {average}.",
        "On average, a product costs {average}.",
    ),
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
        "The category {subject} has the highest median price in {currency}: {median}.",
        "The category {subject} has the highest median price: {median}.",
    ),
    Measure.LOWEST_CATEGORY: (
        "The category {subject} has the lowest median price in {currency}: {median}.",
        "The category {subject} has the lowest median price: {median}.",
    ),
    Measure.IN_STOCK: ("{count} of the {of} products that state their stock {count?is|are} in stock.",),
    Measure.ALL_IN_STOCK: (
        "[of=1] The only product that states its stock is in stock.",
        "All {of} products that state their stock are in stock.",
    ),
    Measure.NONE_IN_STOCK: (
        "[of=1] The only product that states its stock is not in stock.",
        "None of the {of} products that state their stock is in stock.",
    ),
    Measure.STOCK_UNKNOWN: (
        "{count} of the {of} products {count?does|do} not say whether {count?it is|they are} in stock.",
    ),
    Measure.NO_STOCK_STATED: (
        "[of=1] The only product does not say whether it is in stock.",
        "None of the {of} products says whether it is in stock.",
    ),
    Measure.SCARCEST_CATEGORY: (
        "The category {subject} has the smallest share in stock: {count} of the {of} products that state their stock.",
    ),
    Measure.DISCOUNTED: ("{count} of the {of} products with a price {count?is|are} discounted.",),
    Measure.MEDIAN_DISCOUNT: (
        "Among the discounted products priced in {currency}, the median discount is {percent}.",
        "Among the discounted products, the median discount is {percent}.",
    ),
    Measure.DEEPEST_DISCOUNT: ("The deepest discount is {percent}: {subject} costs {new} instead of {old}.",),
    Measure.NO_DISCOUNTS: (
        "[of=1] The only product with a price is not discounted.",
        "None of the {of} products with a price is discounted.",
    ),
    Measure.FIRST_READING: ("This is the first reading of the shop; the next one will show what has changed.",),
    Measure.COMPARED: ("{count} {count?product|products} could be compared with the readings up to {since}.",),
    Measure.NOTHING_COMPARED: ("No product could be compared with the readings up to {since}.",),
    Measure.NOTHING_CHANGED: (
        "[of=1] Nothing changed in the one product compared.",
        "Nothing changed among the {of} products compared with the readings up to {since}.",
    ),
    Measure.NEW_PRODUCTS: ("{count} {count?product is|products are} new.",),
    Measure.GONE_PRODUCTS: ("{count} {count?product has|products have} disappeared.",),
    Measure.DEARER: (
        "Of the {of} products that could be compared, {count} {count?has|have} become dearer.",
        "{count} {count?product has|products have} become dearer.",
    ),
    Measure.CHEAPER: (
        "Of the {of} products that could be compared, {count} {count?has|have} become cheaper.",
        "{count} {count?product has|products have} become cheaper.",
    ),
    Measure.BIGGEST_RISE: ("The biggest price rise is {percent}: {subject} went from {old} to {new}.",),
    Measure.BIGGEST_CUT: ("The biggest price cut is {percent}: {subject} went from {old} to {new}.",),
    Measure.SOLD_OUT: ("{count} {count?product has|products have} sold out.",),
    Measure.BACK_IN_STOCK: ("{count} {count?product has|products have} come back in stock.",),
    Measure.NOT_VISITED: ("{count} known {count?product was|products were} not visited this time.",),
    Measure.NOT_VISITED_BEFORE: (
        "{count} {count?product is|products are} perhaps new: {count?its|their} pages were not read last time.",
    ),
    Measure.TOP_BRAND: ("The brand {subject} has the most products: {count}.",),
    Measure.SHARED_BRANDS: ("{brands} {brands?brand appears|brands appear} in more than one category.",),
    Measure.SHARED_BRAND: (
        "The brand {subject} appears in {categories} categories ({names}), with {count} {count?product|products}.",
        "The brand {subject} appears in {categories} categories, with {count} {count?product|products}.",
    ),
    Measure.BOTH_SELL: ("The shop also sells {count} of the {of} products in your catalogue.",),
    Measure.SHOP_ASKS_LESS: ("The shop asks less than you for {count} of the {of} products that both sell.",),
    Measure.SHOP_ASKS_MORE: ("The shop asks more than you for {count} of the {of} products that both sell.",),
    Measure.PAGES_READ: ("{count} {count?page was|pages were} fetched for this report.",),
    Measure.PAGES_UNCHANGED: ("{count} {count?page is|pages are} unchanged since the last reading.",),
    Measure.PAGES_REFUSED: ("Access to {count} {count?page|pages} was refused.",),
    Measure.PAGES_FAILED: ("{count} {count?page|pages} could not be loaded.",),
    Measure.COVERAGE: ("{percent} of the known product pages were read.",),
    Measure.PROBLEMS: ("{count} {count?problem was|problems were} met; {count?it is|they are} listed below.",),
}
