"""The statements that DuckDB counts and compares with.

`counted` is what the crawl has seen, `now` all that it has, `before` the earlier one, where what that did not look at
is as it was when it was last seen; text that is not stated is ''
there, a number NULL. Braces are filled with names of ours only.
"""

from collections.abc import Sequence

from integrations.analytics.offers import AVAILABILITY, SEEN
from magicai.values.money import MOST_DECIMALS

TYPES = f"CREATE TYPE availability AS ENUM {AVAILABILITY}; CREATE TYPE seen AS ENUM {SEEN};"


def _of_place(digit: str, values: Sequence[str], kind: str) -> str:
    return f"CASE {digit} {' '.join(f'WHEN {place} THEN {value!r}::{kind}' for place, value in enumerate(values))} END"


_FACTOR = " ".join(f"WHEN {n} THEN {10 ** (MOST_DECIMALS - n)}" for n in range(MOST_DECIMALS + 1))
_SCALED = f"{{0}}::BIGINT * (CASE flags // 100 {_FACTOR} END)"
# ADBC makes numbers of the columns of an empty answer.
TAKE = f"""
CREATE TEMP TABLE {{table}} AS
SELECT product_id::VARCHAR AS product_id, currency::VARCHAR AS currency, category::VARCHAR AS category,
       brand::VARCHAR AS brand, {_of_place("flags % 10", AVAILABILITY, "availability")} AS availability,
       {_of_place("flags // 10 % 10", SEEN, "seen")} AS seen,
       {_SCALED.format("price")} AS price, {_SCALED.format("list_price")} AS list_price
FROM ({{source}})
"""  # noqa: S608 - made of numbers and names of ours

# One name that is written in several ways is one group, under the way that most products have.
SPELLING = """
CREATE TEMP TABLE usual_{name} AS
SELECT spelled, usual
FROM (SELECT spelled, tidy, arg_max(tidy, (many, tidy)) OVER (PARTITION BY lower(tidy)) AS usual
      FROM (SELECT {name} AS spelled, trim(regexp_replace({name}, '\\s+', ' ', 'g')) AS tidy, count(*) AS many
            FROM counted GROUP BY {name}))
WHERE usual <> spelled
"""
SPELLED = "SELECT (SELECT count(*) FROM usual_category) + (SELECT count(*) FROM usual_brand) AS differently"
AS_STATED = "CREATE TEMP VIEW offers AS FROM counted"
AS_USUAL = """
CREATE TEMP VIEW offers AS
SELECT counted.* REPLACE (
    coalesce(usual_category.usual, category) AS category, coalesce(usual_brand.usual, brand) AS brand
)
FROM counted
LEFT JOIN usual_category ON usual_category.spelled = counted.category
LEFT JOIN usual_brand ON usual_brand.spelled = counted.brand
"""

# Four times a quartile is a whole number. DuckDB's quantile_cont computes in doubles, which hold quarters exactly below
# this: two hundred billion of a currency's unit.
EXACT_BELOW = 2**51
BY_DOUBLES = "[4 * quartile FOR quartile IN quantile_cont(price, [0.25, 0.5, 0.75])]::HUGEINT[]"
# Of n sorted prices, the place (n - 1) * k / 4 lies between two. Exact at any size, and takes three times as long.
_SORTED, _PLACE = "list_sort(list(price) FILTER (price IS NOT NULL))", "(count(price) - 1) * {k}"
_BETWEEN = f"""
    (4 - {_PLACE} % 4) * {_SORTED}[{_PLACE} // 4 + 1] + {_PLACE} % 4 * coalesce({_SORTED}[{_PLACE} // 4 + 2], 0)"""
BY_SORTING = f"[{','.join(_BETWEEN.format(k=k) for k in (1, 2, 3))}]"
# The share in the middle; of an even number, the two: just above one half begins the upper one.
_SHARE, _MIDDLE = "(list_price - price) / list_price", "[0.5, 0.500000001]"
GROUPS = f"""
SELECT {{name}} AS name, currency, count(*) AS count, count(price) AS priced, sum(price) AS total,
       min(price) AS low, max(price) AS high, {{quartiles}} AS fourfold_quartiles,
       count(*) FILTER (discounted) AS discounted, max(list_price) FILTER (discounted) AS dearest,
       quantile_disc({_SHARE}, {_MIDDLE}) FILTER (discounted) AS middle_discounts,
       count(*) FILTER (availability = 'in_stock') AS in_stock,
       count(*) FILTER (availability <> 'unknown') AS known_stock
FROM (SELECT *, list_price > price AND list_price > 0 AS discounted FROM offers WHERE {{which}})
GROUP BY name, currency
"""  # noqa: S608 - made of numbers and names of ours
# Neither priced nor in a currency: with which currency they are counted, the whole group decides.
BARE = """
SELECT {name} AS name, count(*) AS bare, count(*) FILTER (availability = 'in_stock') AS bare_in_stock,
       count(*) FILTER (availability <> 'unknown') AS bare_known_stock
FROM offers WHERE currency = '' AND price IS NULL AND {which} GROUP BY name
"""
# With the amounts themselves, where those are too large for a share to tell which they were. Takes four times as long.
_AMOUNTS = f"struct_pack(share := {_SHARE}, price := price, list_price := list_price)"
DISCOUNTS = f"""
SELECT {{name}} AS name, currency, quantile_disc({_AMOUNTS}, {_MIDDLE}) AS middle_discounts
FROM offers WHERE list_price > price AND list_price > 0 AND {{which}} GROUP BY name, currency
"""  # noqa: S608 - made of names of ours

PAIRS = """
CREATE TEMP VIEW pairs AS
SELECT coalesce(now.product_id, before.product_id) AS product_id,
       now.seen AS seen_now, before.seen AS seen_before,
       coalesce(now.seen = 'seen' AND before.seen IN ('seen', 'not_visited'), false) AS compared,
       before.seen IN ('seen', 'not_visited') AS known_before,
       now.price AS new_price, before.price AS old_price,
       now.currency AS new_currency, before.currency AS old_currency,
       now.availability AS new_availability, before.availability AS old_availability
FROM now FULL JOIN before ON now.product_id = before.product_id
"""
# What may have changed; which changes those are, magicai/shops/changes.py says of each.
CHANGED = """
SELECT product_id, seen_now, seen_before, old_price, new_price, old_currency, new_currency,
       old_availability, new_availability
FROM pairs
WHERE seen_now IN ('seen', 'gone') AND (
    seen_before IS NULL OR (seen_before = 'gone') <> (seen_now = 'gone')
    OR old_price IS DISTINCT FROM new_price OR old_availability IS DISTINCT FROM new_availability
)
ORDER BY product_id
"""
COVERED = """
SELECT count(*) FILTER (compared) AS compared,
       count(*) FILTER (known_before AND coalesce(seen_now, 'not_visited') = 'not_visited') AS not_visited
FROM pairs
"""
