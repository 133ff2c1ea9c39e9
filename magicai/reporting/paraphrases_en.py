"""English paraphrases of every measure, in the notation of paraphrase.py.

Each must say all that its fact says and nothing else, whatever its slots hold: mind the base (`with a price`), the
measure (`median` is not `average`), the direction, and which value stands where.
"""

from magicai.domain.facts import Measure

_N = "(products|items)"
_N_OR_ONE = "(«products|product»|«items|item»)"  # as many as the fact counts
_THE = "[(the|these|all|all the|a total of) ]"
_AMONG = "(among|of|out of|from|across|within)"
_IN_ALL = "[(in total|altogether|overall), ]"
_BREAK = "[(,|:)]"
_ARE = "«are|is»"
_WERE = "(«were|was»|«have been|has been»)"
_HAVE = "«have|has»"

_PRICED = (
    f"({_N} (with a price|with prices|with a (stated|listed) price|that (have|show|state|list) a price)|priced {_N})"
)
_STOCK = "stock[ (status|level)]"
_STATING = (
    f"({_N} that (state|report|specify|indicate|disclose) their {_STOCK}|{_N} stating their {_STOCK}"
    f"|{_N} with [a ](known|stated|reported|specified) {_STOCK}"
    f"|{_N} whose {_STOCK} is (known|stated|reported|specified))"
)
_SAY_NOT = "«do|does» not (say|state|specify|indicate|mention|disclose|show|report|tell)"
_BOTH = f"{_N} (that both (sell|offer)|sold by both|that you both sell)"
_COMPARED = f"({_N} that (could be|can be|were) compared|{_N} compared|compared {_N}|comparable {_N})"


def _of(base: str, do: str) -> list[str]:
    """`<count>` of `<of>`, which are all that `base` names, do something."""
    return [
        f"{_IN_ALL}<count>[ {_N_OR_ONE}] [out ]of {_THE}<of> {base} {do}",
        f"<count>[ {_N_OR_ONE}], out of {_THE}<of> {base}, {do}",
        f"{_AMONG} {_THE}<of> {base}, <count>[ of (them|these)] {do}",
        f"{_AMONG} {_THE}<of> {base}, there {_ARE} <count>[ {_N_OR_ONE}] that {do}",
        f"there {_ARE} <count> {_N_OR_ONE} (out of|among) {_THE}<of> {base} that {do}",
        f"there are <of> {base}, of which <count> {do}",
        f"there are <of> {base}, and <count> of (them|these) {do}",
    ]


def _none_of(base: str, does: str) -> list[str]:
    """Not one of `<of>`, which are all that `base` names, does something."""
    return [
        f"(none|not one) of [(the|these|all the) ]<of> {base} {does}",
        f"{_AMONG} [(the|these|all the) ]<of> {base}, (none|not one) {does}",
    ]


def _so_many(what: str, do: str, count: str = "<count>") -> list[str]:
    """So many of something do something."""
    return [f"{_IN_ALL}[a total of ]{count} {what} {do}", f"{_IN_ALL}there {_ARE} {count} {what} that {do}"]


def _median(base: str) -> list[str]:
    """The median of `<count>` that `base` names."""
    of = f"(of|for|among|across|from) {_THE}<count> {base}"
    return [
        f"the median price {of} is <median>",
        f"the median price is <median>[,] {of}",
        f"the median price is <median>[,] (taken|calculated|derived|computed|drawn) (from|across) {_THE}<count> {base}",
        f"the median price is <median>, based on {_THE}<count> {base}",
        f"the median price of <median> is (taken|calculated|derived|computed|drawn) from {_THE}<count> {base}",
        f"<median> is the median price {of}",
        f"{_AMONG} {_THE}<count> {base}, the median price is <median>",
        f"{_AMONG} {_THE}<count> {base}, <median> is the median price",
        f"{_THE}<count> {base} have a median price of <median>",
    ]


def _end_of_prices(cheapest: str, lowest: str) -> list[str]:
    """The product at one end of the prices; `lowest` goes with `price`."""
    scope = "[ (in|priced in) <currency>]"
    price = f"the {lowest} price[ in <currency>]"
    the_one = (
        f"(the {cheapest}[ (product|item|one)]{scope}|the {cheapest} of [(the|all|all the) ](products|items){scope})"
    )
    at = "(at|at a price of|with a price of|priced at|costing)"
    return [
        f"{the_one} is <subject>[,] ({at}|which costs|which is priced at) <price>",
        f"{the_one}, <subject>, (costs|is priced at|sells for|is offered at) <price>",
        f"<subject>[,] ({at}|which costs|which is priced at) <price>[,] is {the_one}",
        f"<subject> is {the_one}[,] {at} <price>",
        f"{at} <price>, <subject> is {the_one}",
        f"<subject> (costs|is priced at) <price>[,] (which makes it|making it|and is) {the_one}",
        f"{_AMONG} [(the|all) ](products|items){scope}, <subject> is the {cheapest}[ one][,] {at} <price>",
        f"{_AMONG} [(the|all) ](products|items){scope}, the {cheapest}[ one] is <subject>[,] {at} <price>",
        f"<subject> has {price}[,] (at|of|with) <price>",
        f"{price} is <price>, (for|that of) <subject>",
    ]


def _shared_price(end: str) -> list[str]:
    price = f"the {end} price[ in <currency>]"
    return [
        f"{price} is <price>[,] [(and is|which is|a price) ]shared by <count> {_N}",
        f"<count> {_N} (cost|are priced at|are offered at|sell at|share) <price>, [which is ]{price}",
        f"<count> {_N} (share|have) {price}[,] (of|at|which is) <price>",
        f"(at|with) <price>, <count> {_N} (share|have) {price}",
        f"<price> is {price}[,] [(and is|which is) ]shared by <count> {_N}",
        f"the {end} price of <price>[ in <currency>] is shared by <count> {_N}",
    ]


def _category_median(end: str) -> list[str]:
    price = f"the {end} median price[ in <currency>]"
    named = "(the category <subject>|the <subject> category|category <subject>)"
    at = f"{_BREAK} [(at|of|with|which is|namely) ]<median>"
    return [
        f"{named} has {price}{at}",
        f"(at|with|with a median price of) <median>, {named} has {price}",
        f"{price} is (that of|in|found in|held by) {named}{at}",
        f"{price}, <median>, is (that of|in|found in|held by) {named}",
        f"the category with {price} is <subject>{_BREAK} [(at|with|with a median price of) ]<median>",
        f"<subject> is the category with {price}{at}",
        f"<subject>, with a median price of <median>, is the category with {price}",
        f"among (the categories|the products priced in <currency>), {named} has the {end} median price{at}",
    ]


def _asks(less: str, cheaper: str) -> list[str]:
    """For so many of what both sell, the shop's price is below or above one's own."""
    return [
        f"the (shop|store) (asks|charges) {less} than you for <count> [out ]of {_THE}<of> {_BOTH}",
        f"for <count> [out ]of {_THE}<of> {_BOTH}, the (shop|store) (asks|charges) {less} than you",
        f"{_AMONG} {_THE}<of> {_BOTH}, the (shop|store) (asks|charges) {less} than you for <count>",
        f"the (shop|store) is {cheaper} than you for <count> [out ]of {_THE}<of> {_BOTH}",
        f"{_AMONG} {_THE}<of> {_BOTH}, <count> {_ARE} {cheaper} (at|in) the (shop|store) than (at yours|with you)",
    ]


def _became(became: str) -> list[str]:
    return [*_of(_COMPARED, f"{_HAVE} {became}"), *_so_many(_N_OR_ONE, f"{_HAVE} {became}")]


def _biggest_move(rise: str, rose: str, rising: str) -> list[str]:
    """The product whose price moved most; `rose` is what it did."""
    biggest = f"(biggest|largest|greatest|highest|steepest) (price {rise}|{rise} in price)"
    went = f"(went|moved|changed|{rose})"
    moved = "from <old> to <new>"
    of_subject = "(is|was) (that of|for|seen in) <subject>"
    return [
        f"the {biggest} (is|was) <percent>(:|, as|, when|, where|;) [the price of ]<subject> {went} {moved}",
        f"the {biggest} (is|was) <percent>, (for|of|that of) <subject>, (which|whose price) {went} {moved}",
        f"the {biggest} (is|was) <percent>, with <subject> (going|moving|{rising}) {moved}",
        f"the {biggest} (is|was) <percent>, {moved}, (for|by|of) <subject>",
        f"the {biggest}, (at|of) <percent>, {of_subject}, [which {went} ]{moved}",
        f"(at|with) <percent>, the {biggest} {of_subject}, [which {went} ]{moved}",
        f"the {biggest} {of_subject}, [which {went} ]{moved}[,] (or|by|at|which is) <percent>",
        f"<subject> {went} {moved}, (which is|making it|which was) the {biggest}[,] (at|of) <percent>",
        f"<subject> {went} {moved}, the {biggest}[,] (at|of) <percent>",
        f"<subject> {rose} by <percent>, {moved}, [which is ]the {biggest}",
        f"<subject> (had|saw|has) the {biggest}[,] (at|of) <percent>, [(going|moving) ]{moved}",
        f"(at|with) <percent>, <subject> (had|saw|has) the {biggest}, [(going|moving) ]{moved}",
        f"<subject> (had|saw|has) the {biggest}, {moved}, (at|of|by|or) <percent>",
        f"<subject> (had|saw|has) the {biggest}, <percent>, [(going|moving) ]{moved}",
        f"the price of <subject> {went} {moved}, (which is|which was) the {biggest}[,] (at|of) <percent>",
    ]


# What a shop lists: `<count>` products, in categories, from brands.
_SHOP = "(the|this) (shop|store)"
_OFFERS = "(lists|offers|carries|sells|has|features)"
_OFFERED = "(listed|offered|sold|carried) (by|in|at) (the|this) (shop|store)"
_PRODUCTS = f"[a total of ]<count> [different ]{_N_OR_ONE}"
_SPLIT = "(in|across|within|spread across|spread over|divided into|grouped into|organised into|covering|spanning)"
_CATEGORIES = f"{_SPLIT} <categories> [different ](categories|category)"
_BRANDS = "(from|by|of|made by|with|representing) <brands> [different ](brands|brand)"
_DETAILS = f"({_CATEGORIES}[,] [and ]{_BRANDS}[ among them]|{_BRANDS}[,] {_CATEGORIES}|{_CATEGORIES}|{_BRANDS})"

# One category's part of all products.
_THE_CATEGORY = "(the category <subject>|category <subject>)"
_LARGEST = "(largest|biggest)"
_IS_LARGEST = f"({_THE_CATEGORY} is the {_LARGEST}[ category]|<subject> is the {_LARGEST} category)"
_HOLDING = "(with|containing|holding|having|comprising|accounting for)"
_BELONG = "(«are|is» in|«belong|belongs» to) [the category ]<subject>"
_MAKING_IT = "(which makes it|making it|and is)"
_PART = f"<count> [out ]of {_THE}<of> {_N}[ listed]"

# One's own catalogue beside the shop's.
_MINE = f"{_N} (in|of|from) your catalogue"

# What is priced in one of several currencies.
_PRICED_IN = f"{_N} priced in <currency>"
_IN_CURRENCY = "[ (in|priced in) <currency>]"
_ON_SALE = f"(discounted {_N}|{_N} on sale|{_N} that are discounted){_IN_CURRENCY}"

_ONE = "(a product|an item|one product|one item|each product|each item)"
_AND = "(, | and |, and |, while )"
_BETWEEN = "(between <low> and <high>|from <low> to <high>)"
_LIES = "(lies|falls|is|ranges)"
_SMALLEST = "(smallest|lowest) (share|proportion|percentage)"
_STOCKED = f"<count> [out ]of {_THE}<of> {_STATING}"
_DEEPEST = "(deepest|biggest|largest|highest|greatest|steepest) discount"
_COSTS = "([now ]costs|is [now ]priced at|is [now ]offered at) <new>"
_INSTEAD = "(instead of|rather than|down from|reduced from) [(a|the|its) list price of ]<old>"
_WHICH = "(; «they|it»|, and|, and «they|it»|, which)"
_READING = "the reading (of|from|on|made on|taken on) <since>"
_SEVERAL = "(more than one category|several categories|multiple categories)"
_APPEAR = "(«appear|appears»|«are|is» (found|present|listed|represented))"
_APPEARS = "(appears|is found|is present|is listed|is represented)"
_NAMES = "(<name0> and <name1>|<name0>, <name1>[,] and <name2>|<name0>, <name1>, <name2>[,] and <name3>)"
_SO_MANY = f"[a total of ]<count> {_N_OR_ONE}"
_IN_CATEGORIES = f"(in|across) <categories> [different ]categories[(:|,|, namely) {_NAMES}| \\({_NAMES}\\)]"
_KNOWN = f"(known {_N_OR_ONE}|of the known {_N})"
_UNVISITED = "(«were|was» not visited|«have|has» not been visited|«were|was» left unvisited)"
_THEIR_PAGES = "«their|its» pages were not read"
_UNREAD_THEN = f"(:|;|, as|, because|, since) (last time[,] {_THEIR_PAGES}|{_THEIR_PAGES} last time)"
_UNCHANGED = (
    f"({_ARE} unchanged|(«remain|remains»|«have|has» remained) unchanged|{_ARE} the same|{_HAVE} not changed"
    f"|{_WERE} unchanged)"
)
_FETCHED = "(fetched|retrieved|read|downloaded)"
_MOST = f"(most {_N}|largest number of {_N}|highest number of {_N})"
_LOADED = "(could not be loaded|failed to load|could not load|did not load|«were|was» not loaded)"
_PAGES = "«pages|page»"


def _priced_in(place: int) -> str:
    many = f"<count{place}> (products|product|items|item)"
    return f"([a total of ]{many} (are|is|have been) priced in|there (are|is) {many} priced in) <name{place}>"


def _in_currency(place: int) -> str:
    return f"<count{place}>[ (products|product|items|item)][ (are|is)][ priced] in <name{place}>"


PARAPHRASES: dict[Measure, list[str]] = {
    Measure.PRODUCTS: [
        f"{_IN_ALL}{_SHOP} {_OFFERS} {_PRODUCTS}[[,] {_DETAILS}]",
        f"{_IN_ALL}{_PRODUCTS}[[,] {_DETAILS}[,]] {_ARE} {_OFFERED}",
        f"{_IN_ALL}{_PRODUCTS} {_CATEGORIES} {_ARE} {_OFFERED}, {_BRANDS}",
        f"{_IN_ALL}there {_ARE} {_PRODUCTS}[[,] {_DETAILS}[,]] in {_SHOP}",
        f"{_CATEGORIES}, {_SHOP} {_OFFERS} {_PRODUCTS}[ {_BRANDS}]",
    ],
    Measure.LARGEST_CATEGORY: [
        f"{_IS_LARGEST}[,] {_HOLDING} {_PART}",
        f"the {_LARGEST} category is <subject>[,] {_HOLDING} {_PART}",
        f"(the {_LARGEST} category, <subject>|<subject>, the {_LARGEST} category), (has|holds|contains) {_PART}",
        f"{_HOLDING} {_PART}, {_IS_LARGEST}",
        f"{_HOLDING} {_PART}, the {_LARGEST} category is <subject>",
        f"{_PART} {_BELONG}, [which is ]the {_LARGEST} category",
        f"{_AMONG} {_THE}<of> {_N}, <count> {_BELONG}, [which is ]the {_LARGEST} category",
        f"the category <subject> (contains|holds|has|includes) {_PART}[,] {_MAKING_IT} the {_LARGEST}[ category]",
    ],
    Measure.NO_PRICES: [
        *_none_of(_N, "(shows|show|has|have|lists|list|displays|display) a price"),
        f"no price (is|was) (shown|listed|given|stated) for any of [(the|these|all the) ]<of> {_N}",
    ],
    Measure.UNPRICED: [
        *_of(_N, "(«show|shows»|«have|has»|«list|lists»|«display|displays»|«carry|carries») no (price|prices)"),
        *_of(_N, "«do|does» not (show|have|list|display|state|carry) (a price|any price|prices)"),
        *_of(_N, f"({_ARE} without a price|{_ARE} (listed|shown|offered) without a price|«lack|lacks» a price)"),
        f"no price (is|was) (shown|listed|given|stated) for {_PART}",
    ],
    Measure.NO_CURRENCY: _of(_N, "(«show|shows»|«have|has»|«list|lists») (a price|prices) without a currency"),
    Measure.CURRENCIES: [
        f"{_priced_in(0)}{_AND}{_in_currency(1)}",
        f"{_priced_in(1)}{_AND}{_in_currency(0)}",
        f"{_priced_in(0)}, {_in_currency(1)}{_AND}{_in_currency(2)}",
    ],
    Measure.MEDIAN_PRICE: [
        *_median(_PRICED),
        *_median(_PRICED_IN),
        f"the median price in <currency> is <median>[,] [taken ](from|among|across|for) {_THE}<count> {_N}",
    ],
    Measure.AVERAGE_PRICE: [
        f"on average, {_ONE}[ priced in <currency>] (costs|is priced at) <average>",
        f"{_ONE}[ priced in <currency>] (costs|is priced at) <average>[,] on average",
        f"the average [product ]price[ (of|for) ({_ONE}|[(the|all) ]{_N})]{_IN_CURRENCY} is <average>",
        f"{_N}[ priced in <currency>] cost <average>[,] on average",
        f"{_AMONG} [(the|all) ]{_PRICED_IN}, the average price is <average>",
        f"the average (cost|price) of {_PRICED_IN} is <average>",
        "<average> is the average price[ (of|for) a (product|item)][ in <currency>]",
        "in <currency>, the average price is <average>",
    ],
    Measure.MIDDLE_HALF: [
        f"the middle half of [(the|all|all the) ][product ]prices{_IN_CURRENCY} {_LIES} {_BETWEEN}",
        f"(prices|the prices) {_BETWEEN} (make up|form|are) the middle half of (the|all) prices{_IN_CURRENCY}",
        f"{_AMONG} [(the|all) ](prices in <currency>|{_PRICED_IN}), the middle half[ of the prices] {_LIES} {_BETWEEN}",
        f"in <currency>, the middle half of the prices {_LIES} {_BETWEEN}",
    ],
    Measure.CHEAPEST: _end_of_prices("(cheapest|least expensive|lowest-priced|lowest priced)", "lowest"),
    Measure.DEAREST: _end_of_prices("(most expensive|dearest|costliest|highest-priced|highest priced)", "highest"),
    Measure.LOWEST_PRICE: _shared_price("lowest"),
    Measure.HIGHEST_PRICE: _shared_price("highest"),
    Measure.HIGHEST_CATEGORY: _category_median("highest"),
    Measure.LOWEST_CATEGORY: _category_median("lowest"),
    Measure.IN_STOCK: [
        *_of(_STATING, f"{_ARE} [currently ]in stock"),
        f"there {_ARE} <count> {_N_OR_ONE} in stock[,] (among|out of|of) {_THE}<of> {_STATING}",
    ],
    Measure.ALL_IN_STOCK: [
        f"all [of ][the ]<of> {_STATING} are [currently ]in stock",
        f"{_AMONG} {_THE}<of> {_STATING}, all are [currently ]in stock",
    ],
    Measure.NONE_IN_STOCK: _none_of(_STATING, "(is|are) [currently ]in stock"),
    Measure.NO_STOCK_STATED: [
        *_none_of(_N, "(says|say|states|state|specifies|indicates|indicate) (whether|if) (it is|they are) in stock"),
        *_none_of(_N, f"(states|state|specifies|indicates|indicate|reports) (its|their) {_STOCK}"),
    ],
    Measure.STOCK_UNKNOWN: [
        *_of(_N, f"{_SAY_NOT} (whether|if) «they are|it is» in stock"),
        *_of(_N, f"«do|does» not (state|specify|indicate|disclose|report|mention) «their|its» {_STOCK}"),
        *_of(_N, f"{_HAVE} (an unknown|unknown) stock[ status]"),
    ],
    Measure.SCARCEST_CATEGORY: [
        f"{_THE_CATEGORY} has the {_SMALLEST} in stock{_BREAK} [with ]{_STOCKED}",
        f"with {_STOCKED}[ in stock], {_THE_CATEGORY} has the {_SMALLEST} in stock",
        f"the category with the {_SMALLEST} in stock is <subject>{_BREAK} [with ]{_STOCKED}",
        f"the {_SMALLEST} in stock is (in|that of|found in) the category <subject>{_BREAK} [with ]{_STOCKED}",
        f"in the category <subject>, {_STOCKED} {_ARE} in stock, [which is ]the {_SMALLEST}",
    ],
    Measure.DISCOUNTED: [
        *_of(_PRICED, f"{_ARE} [currently ](discounted|on sale|offered at a discount)"),
        *_of(_PRICED, f"{_HAVE} a discount"),
    ],
    Measure.MEDIAN_DISCOUNT: [
        f"({_AMONG}|for) [(the|all|all the) ]{_ON_SALE}, the median discount is <percent>",
        f"the median discount[ (of|for|among|across|on) [(the|all|all the) ]{_ON_SALE}] is <percent>",
        f"<percent> is the median discount (of|for|among|across|on) [(the|all|all the) ]{_ON_SALE}",
        f"[(the|all) ]{_ON_SALE} have a median discount of <percent>",
        f"the median discount is <percent>[,] (of|for|among|across|on) [(the|all|all the) ]{_ON_SALE}",
    ],
    Measure.DEEPEST_DISCOUNT: [
        f"the {_DEEPEST} is <percent>(:|, as|;) <subject> {_COSTS} {_INSTEAD}",
        f"the {_DEEPEST} is <percent>, (on|for) <subject>, which {_COSTS} {_INSTEAD}",
        f"<subject> has the {_DEEPEST}[,] (at|of) <percent>(: it|, and| and|, and it|; it) {_COSTS} {_INSTEAD}",
        f"(at|with) <percent>, <subject> has the {_DEEPEST}(: it|, and|, and it|; it) {_COSTS} {_INSTEAD}",
        f"(at|with) <percent>, the {_DEEPEST} is (on|that of|for) <subject>, which {_COSTS} {_INSTEAD}",
        f"<subject> {_COSTS} {_INSTEAD}, (which is the|the) {_DEEPEST}[,] (at|of) <percent>",
    ],
    Measure.NO_DISCOUNTS: [
        *_none_of(_PRICED, "(is|are) (discounted|on sale|offered at a discount)"),
        *_none_of(_PRICED, "(has|have) a discount"),
    ],
    Measure.COMPARED: [
        f"{_IN_ALL}<count> {_N_OR_ONE} (could be|can be|«were|was») compared (with|to|against) {_READING}",
        f"{_IN_ALL}there {_ARE} <count> {_N_OR_ONE} that (could|can) be compared (with|to) {_READING}",
        f"<count> {_N_OR_ONE} {_ARE} comparable (with|to) {_READING}",
    ],
    Measure.NOTHING_COMPARED: [
        f"no (product|item) (could|can) be compared (with|to|against) {_READING}",
        f"it was not possible to compare any (product|item) with {_READING}",
    ],
    Measure.NOTHING_CHANGED: [
        f"nothing [has ]changed (among|in|for) {_THE}<of> {_N} compared (with|to) {_READING}",
        f"{_AMONG} {_THE}<of> {_N} compared (with|to) {_READING}, nothing [has ]changed",
        f"compared (with|to) {_READING}, nothing [has ]changed (among|in|for) {_THE}<of> {_N} compared",
    ],
    Measure.NEW_PRODUCTS: [
        *_so_many(_N_OR_ONE, f"({_ARE} new|{_WERE} added|{_WERE} newly added)"),
        f"{_IN_ALL}there {_ARE} <count> new {_N_OR_ONE}",
        f"{_IN_ALL}<count> new {_N_OR_ONE} ({_HAVE} appeared|appeared|{_WERE} added|{_HAVE} been added)",
    ],
    Measure.GONE_PRODUCTS: _so_many(
        _N_OR_ONE, f"({_HAVE} disappeared|{_HAVE} vanished|{_ARE} gone|{_ARE} no longer listed|{_ARE} no longer there)"
    ),
    Measure.DEARER: [
        f"(prices|the prices) (have risen|rose|have increased|increased) for <count> [out ]of {_THE}<of> {_COMPARED}",
        *_became("(become|got|gotten|grown) (dearer|more expensive|pricier|costlier)"),
        *_became("(risen|increased|gone up) in price"),
    ],
    Measure.CHEAPER: [
        f"(prices|the prices) (have fallen|fell|have dropped|dropped) for <count> [out ]of {_THE}<of> {_COMPARED}",
        *_became("(become|got|gotten|grown) (cheaper|less expensive)"),
        *_became("(fallen|dropped|decreased|gone down|come down) in price"),
    ],
    Measure.BIGGEST_RISE: _biggest_move("(rise|increase)", "(rose|increased|climbed)", "rising|increasing"),
    Measure.BIGGEST_CUT: _biggest_move("(cut|drop|decrease|reduction)", "(fell|dropped|decreased)", "falling|dropping"),
    Measure.SOLD_OUT: [
        *_so_many(_N_OR_ONE, f"({_HAVE} sold out|{_ARE} sold out|{_HAVE} gone out of stock|{_ARE} [now ]out of stock)"),
        f"{_IN_ALL}there {_ARE} <count> sold-out {_N_OR_ONE}",
    ],
    Measure.BACK_IN_STOCK: _so_many(
        _N_OR_ONE,
        f"({_HAVE} come back in stock|{_HAVE} come back into stock|{_ARE} back in stock|{_ARE} in stock again"
        f"|{_HAVE} returned to stock|{_HAVE} been restocked)",
    ),
    Measure.NOT_VISITED: [
        *(f"{way} this time" for way in _so_many(_KNOWN, _UNVISITED)),
        *(f"this time, {way}" for way in _so_many(_KNOWN, _UNVISITED)),
    ],
    Measure.NOT_VISITED_BEFORE: [
        f"{_IN_ALL}<count> {_N_OR_ONE} ({_ARE} (perhaps|possibly) new|(may|might) be new){_UNREAD_THEN}",
        f"(it is not known|it is unknown) whether <count> {_N_OR_ONE} {_ARE} new{_UNREAD_THEN}",
        f"whether <count> {_N_OR_ONE} {_ARE} new is (not known|unknown){_UNREAD_THEN}",
    ],
    Measure.TOP_BRAND: [
        f"the brand <subject> has the {_MOST}{_BREAK} [(with|at) ][a total of ]<count>[ {_N_OR_ONE}]",
        f"(with|at|having) <count>[ {_N_OR_ONE}], the brand <subject> has the {_MOST}",
        f"(with|having) <count> {_N_OR_ONE}, the brand <subject> has the most",
        f"the brand with the {_MOST} is <subject>{_BREAK} [(with|at|having|which has) ]<count>[ {_N_OR_ONE}]",
        f"<subject> is the brand with the {_MOST}{_BREAK} [(with|at|having|which has) ]<count>[ {_N_OR_ONE}]",
        f"the brand <subject> (offers|has) <count> {_N_OR_ONE}, [which is ]the most[ of (all brands|any brand)]",
        f"the {_MOST}, <count>, (are from|come from|belong to) the brand <subject>",
    ],
    Measure.SHARED_BRANDS: [
        *_so_many("[different ]«brands|brand»", f"{_APPEAR} in {_SEVERAL}", "<brands>"),
        f"{_SEVERAL} (share|have) <brands> brands",
    ],
    Measure.SHARED_BRAND: [
        f"the brand <subject> {_APPEARS} {_IN_CATEGORIES}[,] (with|and has) {_SO_MANY}[ in total]",
        f"with {_SO_MANY}, the brand <subject> {_APPEARS} {_IN_CATEGORIES}",
        f"the brand <subject> (has|offers) {_SO_MANY}[,] {_IN_CATEGORIES}",
        f"there {_ARE} <count> {_N_OR_ONE} (of|from|by) the brand <subject>, which {_APPEARS} {_IN_CATEGORIES}",
        f"<count> {_N_OR_ONE} (of|from|by) the brand <subject> {_APPEAR} {_IN_CATEGORIES}",
    ],
    Measure.BOTH_SELL: [
        f"{_SHOP} also (sells|offers|carries) <count> [out ]of {_THE}<of> {_MINE}",
        f"{_AMONG} {_THE}<of> {_MINE}, {_SHOP} also (sells|offers|carries) <count>",
        f"<count> [out ]of {_THE}<of> {_MINE} {_ARE} also (sold|offered|carried) by {_SHOP}",
        f"{_AMONG} {_THE}<of> {_MINE}, <count> {_ARE} also (sold|offered|carried) by {_SHOP}",
    ],
    Measure.SHOP_ASKS_LESS: _asks("less", "cheaper"),
    Measure.SHOP_ASKS_MORE: _asks("more", "(dearer|more expensive)"),
    Measure.PAGES_READ: [
        f"{_IN_ALL}<count> {_PAGES} {_WERE} {_FETCHED} for (this|the) report",
        f"for (this|the) report, [a total of ]<count> {_PAGES} {_WERE} {_FETCHED}",
        f"(this|the) report is based on <count> ({_FETCHED} {_PAGES}|{_PAGES} that {_WERE} {_FETCHED})",
    ],
    Measure.PAGES_UNCHANGED: [
        *(f"{way} since the last reading" for way in _so_many(_PAGES, _UNCHANGED)),
        *(f"since the last reading, {way}" for way in _so_many(_PAGES, _UNCHANGED)),
    ],
    Measure.PAGES_REFUSED: [
        f"access to <count> {_PAGES} (was|has been) (refused|denied)",
        f"<count> {_PAGES} refused access",
        f"for <count> {_PAGES}, access (was|has been) (refused|denied)",
        f"there {_ARE} <count> {_PAGES} to which access (was|has been) (refused|denied)",
    ],
    Measure.PAGES_FAILED: [
        f"{_IN_ALL}<count> {_PAGES} {_LOADED}",
        f"there («were|was»|{_ARE}) <count> {_PAGES} that {_LOADED}",
        f"it was not possible to load <count> {_PAGES}",
        f"loading <count> {_PAGES} was not possible",
    ],
    Measure.COVERAGE: [
        f"<percent> of [(the|all|all the) ]known product pages {_WERE} (read|visited|covered)",
        f"{_AMONG} [(the|all) ]known product pages, <percent> {_WERE} (read|visited|covered)",
        "the reading covered <percent> of the known product pages",
    ],
    Measure.PROBLEMS: [
        f"<count> «problems|problem» {_WERE} (met|encountered|found){_WHICH} {_ARE} listed below",
        f"there «were|was» <count> «problems|problem»{_WHICH} {_ARE} listed below",
    ],
}
