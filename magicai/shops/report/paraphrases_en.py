"""English paraphrases of every measure, in the notation of paraphrase.py.

Each must say all that its fact says and nothing else, whatever its slots hold: mind the base (`with a price`), the
measure (`median` is not `average`), the direction, and which value stands where.
"""

from magicai.shops.report.facts import Measure
from magicai.shops.report.paraphrase_forms_en import (
    AMONG,
    ARE,
    BREAK,
    COMPARED,
    HAVE,
    IN_ALL,
    N_OR_ONE,
    THE,
    N,
    asks,
    became,
    biggest_move,
    category_median,
    end_of_prices,
    median,
    none_of,
    of,
    shared_price,
    so_many,
)

_WERE = "(«were|was»|«have been|has been»)"
_PRICED = (
    f"({N} (with a price|with prices|with a (stated|listed) price|that (have|show|state|list) a price)|priced {N})"
)
_STOCK = "stock[ (status|level)]"
_STATING = (
    f"({N} that (state|report|specify|indicate|disclose) their {_STOCK}|{N} stating their {_STOCK}"
    f"|{N} with [a ](known|stated|reported|specified) {_STOCK}"
    f"|{N} whose {_STOCK} is (known|stated|reported|specified))"
)
_SAY_NOT = "«do|does» not (say|state|specify|indicate|mention|disclose|show|report|tell)"

# What a shop lists: `<count>` products, in categories, from brands.
_SHOP = "(the|this) (shop|store)"
_OFFERS = "(lists|offers|carries|sells|has|features)"
_OFFERED = "(listed|offered|sold|carried) (by|in|at) (the|this) (shop|store)"
_PRODUCTS = f"[a total of ]<count> [different ]{N_OR_ONE}"
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
_PART = f"<count> [out ]of {THE}<of> {N}[ listed]"

# One's own catalogue beside the shop's.
_MINE = f"{N} (in|of|from) your catalogue"

# What is priced in one of several currencies.
_PRICED_IN = f"{N} priced in <currency>"
_IN_CURRENCY = "[ (in|priced in) <currency>]"
_ON_SALE = f"(discounted {N}|{N} on sale|{N} that are discounted){_IN_CURRENCY}"

_ONE = "(a product|an item|one product|one item|each product|each item)"
_AND = "(, | and |, and |, while )"
_BETWEEN = "(between <low> and <high>|from <low> to <high>)"
_LIES = "(lies|falls|is|ranges)"
_SMALLEST = "(smallest|lowest) (share|proportion|percentage)"
_STOCKED = f"<count> [out ]of {THE}<of> {_STATING}"
_DEEPEST = "(deepest|biggest|largest|highest|greatest|steepest) discount"
_COSTS = "([now ]costs|is [now ]priced at|is [now ]offered at) <new>"
_INSTEAD = "(instead of|rather than|down from|reduced from) [(a|the|its) list price of ]<old>"
_WHICH = "(; «they|it»|, and|, and «they|it»|, which)"
_READING = "(what was known|the data|the state) (on|as of|up to|until) <since>"
_SEVERAL = "(more than one category|several categories|multiple categories)"
_APPEAR = "(«appear|appears»|«are|is» (found|present|listed|represented))"
_APPEARS = "(appears|is found|is present|is listed|is represented)"
_NAMES = "(<name0> and <name1>|<name0>, <name1>[,] and <name2>|<name0>, <name1>, <name2>[,] and <name3>)"
_SO_MANY = f"[a total of ]<count> {N_OR_ONE}"
_IN_CATEGORIES = f"(in|across) <categories> [different ]categories[(:|,|, namely) {_NAMES}| \\({_NAMES}\\)]"
_KNOWN = f"(known {N_OR_ONE}|of the known {N})"
_UNVISITED = "(«were|was» not visited|«have|has» not been visited|«were|was» left unvisited)"
_THEIR_PAGES = "«their|its» pages were not read"
_UNREAD_THEN = f"(:|;|, as|, because|, since) (last time[,] {_THEIR_PAGES}|{_THEIR_PAGES} last time)"
_UNCHANGED = (
    f"({ARE} unchanged|(«remain|remains»|«have|has» remained) unchanged|{ARE} the same|{HAVE} not changed"
    f"|{_WERE} unchanged)"
)
_FETCHED = "(fetched|retrieved|read|downloaded)"
_MOST = f"(most {N}|largest number of {N}|highest number of {N})"
_LOADED = "(could not be loaded|failed to load|could not load|did not load|«were|was» not loaded)"
_PAGES = "«pages|page»"


def _priced_in(place: int) -> str:
    many = f"<count{place}> (products|product|items|item)"
    return f"([a total of ]{many} (are|is|have been) priced in|there (are|is) {many} priced in) <name{place}>"


def _in_currency(place: int) -> str:
    return f"<count{place}>[ (products|product|items|item)][ (are|is)][ priced] in <name{place}>"


NAMES = f"(<name0>|{_NAMES})"
PARAPHRASES: dict[Measure, list[str]] = {
    Measure.PRODUCTS: [
        f"{IN_ALL}{_SHOP} {_OFFERS} {_PRODUCTS}[[,] {_DETAILS}]",
        f"{IN_ALL}{_PRODUCTS}[[,] {_DETAILS}[,]] {ARE} {_OFFERED}",
        f"{IN_ALL}{_PRODUCTS} {_CATEGORIES} {ARE} {_OFFERED}, {_BRANDS}",
        f"{IN_ALL}there {ARE} {_PRODUCTS}[[,] {_DETAILS}[,]] in {_SHOP}",
        f"{_CATEGORIES}, {_SHOP} {_OFFERS} {_PRODUCTS}[ {_BRANDS}]",
    ],
    Measure.LARGEST_CATEGORY: [
        f"{_IS_LARGEST}[,] {_HOLDING} {_PART}",
        f"the {_LARGEST} category is <subject>[,] {_HOLDING} {_PART}",
        f"(the {_LARGEST} category, <subject>|<subject>, the {_LARGEST} category), (has|holds|contains) {_PART}",
        f"{_HOLDING} {_PART}, {_IS_LARGEST}",
        f"{_HOLDING} {_PART}, the {_LARGEST} category is <subject>",
        f"{_PART} {_BELONG}, [which is ]the {_LARGEST} category",
        f"{AMONG} {THE}<of> {N}, <count> {_BELONG}, [which is ]the {_LARGEST} category",
        f"the category <subject> (contains|holds|has|includes) {_PART}[,] {_MAKING_IT} the {_LARGEST}[ category]",
    ],
    Measure.NO_PRICES: [
        *none_of(N, "(shows|show|has|have|lists|list|displays|display) a price"),
        f"no price (is|was) (shown|listed|given|stated) for any of [(the|these|all the) ]<of> {N}",
    ],
    Measure.UNPRICED: [
        *of(N, "(«show|shows»|«have|has»|«list|lists»|«display|displays»|«carry|carries») no (price|prices)"),
        *of(N, "«do|does» not (show|have|list|display|state|carry) (a price|any price|prices)"),
        *of(N, f"({ARE} without a price|{ARE} (listed|shown|offered) without a price|«lack|lacks» a price)"),
        f"no price (is|was) (shown|listed|given|stated) for {_PART}",
    ],
    Measure.NO_CURRENCY: of(N, "(«show|shows»|«have|has»|«list|lists») (a price|prices) without a currency"),
    Measure.CURRENCIES: [
        f"{_priced_in(0)}{_AND}{_in_currency(1)}",
        f"{_priced_in(1)}{_AND}{_in_currency(0)}",
        f"{_priced_in(0)}, {_in_currency(1)}{_AND}{_in_currency(2)}",
    ],
    Measure.MEDIAN_PRICE: [
        *median(_PRICED),
        *median(_PRICED_IN),
        f"the median price in <currency> is <median>[,] [taken ](from|among|across|for) {THE}<count> {N}",
    ],
    Measure.AVERAGE_PRICE: [
        f"on average, {_ONE}[ priced in <currency>] (costs|is priced at) <average>",
        f"{_ONE}[ priced in <currency>] (costs|is priced at) <average>[,] on average",
        f"the average [product ]price[ (of|for) ({_ONE}|[(the|all) ]{N})]{_IN_CURRENCY} is <average>",
        f"{N}[ priced in <currency>] cost <average>[,] on average",
        f"{AMONG} [(the|all) ]{_PRICED_IN}, the average price is <average>",
        f"the average (cost|price) of {_PRICED_IN} is <average>",
        "<average> is the average price[ (of|for) a (product|item)][ in <currency>]",
        "in <currency>, the average price is <average>",
    ],
    Measure.MIDDLE_HALF: [
        f"the middle half of [(the|all|all the) ][product ]prices{_IN_CURRENCY} {_LIES} {_BETWEEN}",
        f"(prices|the prices) {_BETWEEN} (make up|form|are) the middle half of (the|all) prices{_IN_CURRENCY}",
        f"{AMONG} [(the|all) ](prices in <currency>|{_PRICED_IN}), the middle half[ of the prices] {_LIES} {_BETWEEN}",
        f"in <currency>, the middle half of the prices {_LIES} {_BETWEEN}",
    ],
    Measure.CHEAPEST: end_of_prices("(cheapest|least expensive|lowest-priced|lowest priced)", "lowest"),
    Measure.DEAREST: end_of_prices("(most expensive|dearest|costliest|highest-priced|highest priced)", "highest"),
    Measure.LOWEST_PRICE: shared_price("lowest"),
    Measure.HIGHEST_PRICE: shared_price("highest"),
    Measure.HIGHEST_CATEGORY: category_median("highest"),
    Measure.LOWEST_CATEGORY: category_median("lowest"),
    Measure.IN_STOCK: [
        *of(_STATING, f"{ARE} [currently ]in stock"),
        f"there {ARE} <count> {N_OR_ONE} in stock[,] (among|out of|of) {THE}<of> {_STATING}",
    ],
    Measure.ALL_IN_STOCK: [
        f"all [of ][the ]<of> {_STATING} are [currently ]in stock",
        f"{AMONG} {THE}<of> {_STATING}, all are [currently ]in stock",
    ],
    Measure.NONE_IN_STOCK: none_of(_STATING, "(is|are) [currently ]in stock"),
    Measure.NO_STOCK_STATED: [
        *none_of(N, "(says|say|states|state|specifies|indicates|indicate) (whether|if) (it is|they are) in stock"),
        *none_of(N, f"(states|state|specifies|indicates|indicate|reports) (its|their) {_STOCK}"),
    ],
    Measure.STOCK_UNKNOWN: [
        *of(N, f"{_SAY_NOT} (whether|if) «they are|it is» in stock"),
        *of(N, f"«do|does» not (state|specify|indicate|disclose|report|mention) «their|its» {_STOCK}"),
        *of(N, f"{HAVE} (an unknown|unknown) stock[ status]"),
    ],
    Measure.SCARCEST_CATEGORY: [
        f"{_THE_CATEGORY} has the {_SMALLEST} in stock{BREAK} [with ]{_STOCKED}",
        f"with {_STOCKED}[ in stock], {_THE_CATEGORY} has the {_SMALLEST} in stock",
        f"the category with the {_SMALLEST} in stock is <subject>{BREAK} [with ]{_STOCKED}",
        f"the {_SMALLEST} in stock is (in|that of|found in) the category <subject>{BREAK} [with ]{_STOCKED}",
        f"in the category <subject>, {_STOCKED} {ARE} in stock, [which is ]the {_SMALLEST}",
    ],
    Measure.DISCOUNTED: [
        *of(_PRICED, f"{ARE} [currently ](discounted|on sale|offered at a discount)"),
        *of(_PRICED, f"{HAVE} a discount"),
    ],
    Measure.MEDIAN_DISCOUNT: [
        f"({AMONG}|for) [(the|all|all the) ]{_ON_SALE}, the median discount is <percent>",
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
        *none_of(_PRICED, "(is|are) (discounted|on sale|offered at a discount)"),
        *none_of(_PRICED, "(has|have) a discount"),
    ],
    Measure.COMPARED: [
        f"{IN_ALL}<count> {N_OR_ONE} (could be|can be|«were|was») compared (with|to|against) {_READING}",
        f"{IN_ALL}there {ARE} <count> {N_OR_ONE} that (could|can) be compared (with|to) {_READING}",
        f"<count> {N_OR_ONE} {ARE} comparable (with|to) {_READING}",
    ],
    Measure.NOTHING_COMPARED: [
        f"no (product|item) (could|can) be compared (with|to|against) {_READING}",
        f"it was not possible to compare any (product|item) with {_READING}",
    ],
    Measure.NOTHING_CHANGED: [
        f"nothing [has ]changed (among|in|for) {THE}<of> {N} compared (with|to) {_READING}",
        f"{AMONG} {THE}<of> {N} compared (with|to) {_READING}, nothing [has ]changed",
        f"compared (with|to) {_READING}, nothing [has ]changed (among|in|for) {THE}<of> {N} compared",
    ],
    Measure.NEW_PRODUCTS: [
        *so_many(N_OR_ONE, f"({ARE} new|{_WERE} added|{_WERE} newly added)"),
        f"{IN_ALL}there {ARE} <count> new {N_OR_ONE}",
        f"{IN_ALL}<count> new {N_OR_ONE} ({HAVE} appeared|appeared|{_WERE} added|{HAVE} been added)",
    ],
    Measure.GONE_PRODUCTS: so_many(
        N_OR_ONE, f"({HAVE} disappeared|{HAVE} vanished|{ARE} gone|{ARE} no longer listed|{ARE} no longer there)"
    ),
    Measure.DEARER: [
        f"(prices|the prices) (have risen|rose|have increased|increased) for <count> [out ]of {THE}<of> {COMPARED}",
        *became("(become|got|gotten|grown) (dearer|more expensive|pricier|costlier)"),
        *became("(risen|increased|gone up) in price"),
    ],
    Measure.CHEAPER: [
        f"(prices|the prices) (have fallen|fell|have dropped|dropped) for <count> [out ]of {THE}<of> {COMPARED}",
        *became("(become|got|gotten|grown) (cheaper|less expensive)"),
        *became("(fallen|dropped|decreased|gone down|come down) in price"),
    ],
    Measure.BIGGEST_RISE: biggest_move("(rise|increase)", "(rose|increased|climbed)", "rising|increasing"),
    Measure.BIGGEST_CUT: biggest_move("(cut|drop|decrease|reduction)", "(fell|dropped|decreased)", "falling|dropping"),
    Measure.SOLD_OUT: [
        *so_many(N_OR_ONE, f"({HAVE} sold out|{ARE} sold out|{HAVE} gone out of stock|{ARE} [now ]out of stock)"),
        f"{IN_ALL}there {ARE} <count> sold-out {N_OR_ONE}",
    ],
    Measure.BACK_IN_STOCK: so_many(
        N_OR_ONE,
        f"({HAVE} come back in stock|{HAVE} come back into stock|{ARE} back in stock|{ARE} in stock again"
        f"|{HAVE} returned to stock|{HAVE} been restocked)",
    ),
    Measure.NOT_VISITED: [
        *(f"{way} this time" for way in so_many(_KNOWN, _UNVISITED)),
        *(f"this time, {way}" for way in so_many(_KNOWN, _UNVISITED)),
    ],
    Measure.NOT_VISITED_BEFORE: [
        f"{IN_ALL}<count> {N_OR_ONE} ({ARE} (perhaps|possibly) new|(may|might) be new){_UNREAD_THEN}",
        f"(it is not known|it is unknown) whether <count> {N_OR_ONE} {ARE} new{_UNREAD_THEN}",
        f"whether <count> {N_OR_ONE} {ARE} new is (not known|unknown){_UNREAD_THEN}",
    ],
    Measure.TOP_BRAND: [
        f"the brand <subject> has the {_MOST}{BREAK} [(with|at) ][a total of ]<count>[ {N_OR_ONE}]",
        f"(with|at|having) <count>[ {N_OR_ONE}], the brand <subject> has the {_MOST}",
        f"(with|having) <count> {N_OR_ONE}, the brand <subject> has the most",
        f"the brand with the {_MOST} is <subject>{BREAK} [(with|at|having|which has) ]<count>[ {N_OR_ONE}]",
        f"<subject> is the brand with the {_MOST}{BREAK} [(with|at|having|which has) ]<count>[ {N_OR_ONE}]",
        f"the brand <subject> (offers|has) <count> {N_OR_ONE}, [which is ]the most[ of (all brands|any brand)]",
        f"the {_MOST}, <count>, (are from|come from|belong to) the brand <subject>",
    ],
    Measure.SHARED_BRANDS: [
        *so_many("[different ]«brands|brand»", f"{_APPEAR} in {_SEVERAL}", "<brands>"),
        f"{_SEVERAL} (share|have) <brands> brands",
    ],
    Measure.SHARED_BRAND: [
        f"the brand <subject> {_APPEARS} {_IN_CATEGORIES}[,] (with|and has) {_SO_MANY}[ in total]",
        f"with {_SO_MANY}, the brand <subject> {_APPEARS} {_IN_CATEGORIES}",
        f"the brand <subject> (has|offers) {_SO_MANY}[,] {_IN_CATEGORIES}",
        f"there {ARE} <count> {N_OR_ONE} (of|from|by) the brand <subject>, which {_APPEARS} {_IN_CATEGORIES}",
        f"<count> {N_OR_ONE} (of|from|by) the brand <subject> {_APPEAR} {_IN_CATEGORIES}",
    ],
    Measure.BOTH_SELL: [
        f"{_SHOP} also (sells|offers|carries) <count> [out ]of {THE}<of> {_MINE}",
        f"{AMONG} {THE}<of> {_MINE}, {_SHOP} also (sells|offers|carries) <count>",
        f"<count> [out ]of {THE}<of> {_MINE} {ARE} also (sold|offered|carried) by {_SHOP}",
        f"{AMONG} {THE}<of> {_MINE}, <count> {ARE} also (sold|offered|carried) by {_SHOP}",
    ],
    Measure.SHOP_ASKS_LESS: asks("less", "cheaper"),
    Measure.SHOP_ASKS_MORE: asks("more", "(dearer|more expensive)"),
    Measure.PAGES_READ: [
        f"{IN_ALL}<count> {_PAGES} {_WERE} {_FETCHED} for (this|the) report",
        f"for (this|the) report, [a total of ]<count> {_PAGES} {_WERE} {_FETCHED}",
        f"(this|the) report is based on <count> ({_FETCHED} {_PAGES}|{_PAGES} that {_WERE} {_FETCHED})",
    ],
    Measure.PAGES_UNCHANGED: [
        *(f"{way} since the last crawl" for way in so_many(_PAGES, _UNCHANGED)),
        *(f"since the last crawl, {way}" for way in so_many(_PAGES, _UNCHANGED)),
    ],
    Measure.PAGES_REFUSED: [
        f"access to <count> {_PAGES} (was|has been) (refused|denied)",
        f"<count> {_PAGES} refused access",
        f"for <count> {_PAGES}, access (was|has been) (refused|denied)",
        f"there {ARE} <count> {_PAGES} to which access (was|has been) (refused|denied)",
    ],
    Measure.PAGES_FAILED: [
        f"{IN_ALL}<count> {_PAGES} {_LOADED}",
        f"there («were|was»|{ARE}) <count> {_PAGES} that {_LOADED}",
        f"it was not possible to load <count> {_PAGES}",
        f"loading <count> {_PAGES} was not possible",
    ],
    Measure.COVERAGE: [
        f"<percent> of [(the|all|all the) ]known product pages {_WERE} (read|visited|covered)",
        f"{AMONG} [(the|all) ]known product pages, <percent> {_WERE} (read|visited|covered)",
        "the (reading|crawl) covered <percent> of the known product pages",
    ],
    Measure.PROBLEMS: [
        f"<count> «problems|problem» {_WERE} (met|encountered|found){_WHICH} {ARE} listed below",
        f"there «were|was» <count> «problems|problem»{_WHICH} {ARE} listed below",
    ],
}
