"""English sentences that several measures are told by, and words that most have, in the notation of paraphrase.py."""

N = "(products|items)"
N_OR_ONE = "(«products|product»|«items|item»)"  # as many as the fact counts
THE = "[(the|these|all|all the|a total of) ]"
AMONG = "(among|of|out of|from|across|within)"
IN_ALL = "[(in total|altogether|overall), ]"
BREAK = "[(,|:)]"
ARE = "«are|is»"
HAVE = "«have|has»"

_BOTH = f"{N} (that both (sell|offer)|sold by both|that you both sell)"
COMPARED = f"({N} that (could be|can be|were) compared|{N} compared|compared {N}|comparable {N})"


def of(base: str, do: str) -> list[str]:
    """`<count>` of `<of>`, which are all that `base` names, do something."""
    return [
        f"{IN_ALL}<count>[ {N_OR_ONE}] [out ]of {THE}<of> {base} {do}",
        f"<count>[ {N_OR_ONE}], out of {THE}<of> {base}, {do}",
        f"{AMONG} {THE}<of> {base}, <count>[ of (them|these)] {do}",
        f"{AMONG} {THE}<of> {base}, there {ARE} <count>[ {N_OR_ONE}] that {do}",
        f"there {ARE} <count> {N_OR_ONE} (out of|among) {THE}<of> {base} that {do}",
        f"there are <of> {base}, of which <count> {do}",
        f"there are <of> {base}, and <count> of (them|these) {do}",
    ]


def none_of(base: str, does: str) -> list[str]:
    """Not one of `<of>`, which are all that `base` names, does something."""
    return [
        f"(none|not one) of [(the|these|all the) ]<of> {base} {does}",
        f"{AMONG} [(the|these|all the) ]<of> {base}, (none|not one) {does}",
    ]


def so_many(what: str, do: str, count: str = "<count>") -> list[str]:
    """So many of something do something."""
    return [f"{IN_ALL}[a total of ]{count} {what} {do}", f"{IN_ALL}there {ARE} {count} {what} that {do}"]


def median(base: str) -> list[str]:
    """The median of `<count>` that `base` names."""
    of_all = f"(of|for|among|across|from) {THE}<count> {base}"
    return [
        f"the median price {of_all} is <median>",
        f"the median price is <median>[,] {of_all}",
        f"the median price is <median>[,] (taken|calculated|derived|computed|drawn) (from|across) {THE}<count> {base}",
        f"the median price is <median>, based on {THE}<count> {base}",
        f"the median price of <median> is (taken|calculated|derived|computed|drawn) from {THE}<count> {base}",
        f"<median> is the median price {of_all}",
        f"{AMONG} {THE}<count> {base}, the median price is <median>",
        f"{AMONG} {THE}<count> {base}, <median> is the median price",
        f"{THE}<count> {base} have a median price of <median>",
    ]


def end_of_prices(cheapest: str, lowest: str) -> list[str]:
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
        f"{AMONG} [(the|all) ](products|items){scope}, <subject> is the {cheapest}[ one][,] {at} <price>",
        f"{AMONG} [(the|all) ](products|items){scope}, the {cheapest}[ one] is <subject>[,] {at} <price>",
        f"<subject> has {price}[,] (at|of|with) <price>",
        f"{price} is <price>, (for|that of) <subject>",
    ]


def shared_price(end: str) -> list[str]:
    """`<count>` products have the price at one end of the prices."""
    price = f"the {end} price[ in <currency>]"
    return [
        f"{price} is <price>[,] [(and is|which is|a price) ]shared by <count> {N}",
        f"<count> {N} (cost|are priced at|are offered at|sell at|share) <price>, [which is ]{price}",
        f"<count> {N} (share|have) {price}[,] (of|at|which is) <price>",
        f"(at|with) <price>, <count> {N} (share|have) {price}",
        f"<price> is {price}[,] [(and is|which is) ]shared by <count> {N}",
        f"the {end} price of <price>[ in <currency>] is shared by <count> {N}",
    ]


def category_median(end: str) -> list[str]:
    """The category whose median is at one end of the medians."""
    price = f"the {end} median price[ in <currency>]"
    named = "(the category <subject>|the <subject> category|category <subject>)"
    at = f"{BREAK} [(at|of|with|which is|namely) ]<median>"
    return [
        f"{named} has {price}{at}",
        f"(at|with|with a median price of) <median>, {named} has {price}",
        f"{price} is (that of|in|found in|held by) {named}{at}",
        f"{price}, <median>, is (that of|in|found in|held by) {named}",
        f"the category with {price} is <subject>{BREAK} [(at|with|with a median price of) ]<median>",
        f"<subject> is the category with {price}{at}",
        f"<subject>, with a median price of <median>, is the category with {price}",
        f"among (the categories|the products priced in <currency>), {named} has the {end} median price{at}",
    ]


def asks(less: str, cheaper: str) -> list[str]:
    """For so many of what both sell, the shop's price is below or above one's own."""
    return [
        f"the (shop|store) (asks|charges) {less} than you for <count> [out ]of {THE}<of> {_BOTH}",
        f"for <count> [out ]of {THE}<of> {_BOTH}, the (shop|store) (asks|charges) {less} than you",
        f"{AMONG} {THE}<of> {_BOTH}, the (shop|store) (asks|charges) {less} than you for <count>",
        f"the (shop|store) is {cheaper} than you for <count> [out ]of {THE}<of> {_BOTH}",
        f"{AMONG} {THE}<of> {_BOTH}, <count> {ARE} {cheaper} (at|in) the (shop|store) than (at yours|with you)",
    ]


def became(what: str) -> list[str]:
    """So many products are now what they were not."""
    return [*of(COMPARED, f"{HAVE} {what}"), *so_many(N_OR_ONE, f"{HAVE} {what}")]


def biggest_move(rise: str, rose: str, rising: str) -> list[str]:
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
