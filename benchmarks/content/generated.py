"""Texts made from facts by hand-written templates, right ones and ones with swapped values.

A template is a list of pieces; a slot holds what the facts say and what a careless writer would say instead.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.content.cases import Case
from benchmarks.content.slots import Made, Piece, Slot, both

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_TOWNS = ("Portland", "Savannah", "Leeds", "Utrecht", "Tampa", "Boise", "Galway", "Tucson", "Dresden", "Nashville")
_PEOPLE = (
    "Elena Marsh",
    "Tobias Krane",
    "Priya Nair",
    "Samuel Ortiz",
    "Hanna Vogel",
    "Yusuf Demir",
    "Clara Bennett",
    "Mateo Rossi",
)
_BRANDS = ("Northpeak", "Velora", "Casa Lume", "Ostberg", "Tidewell", "Marrowstone", "Quillon", "Fenwick & Sons")
_STREETS = ("Mill Road", "Cedar Avenue", "Harbor Street", "Station Road", "Linden Way", "Orchard Lane")


def cases(seed: int, number: int) -> Iterator[Case]:
    """`number` right texts and as many with one to three wrong values, over all domains."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    makers = (_business, _product, _newsletter, _table, _product_zh, _shop_zh)
    for place in range(number):
        maker = makers[place % len(makers)]
        yield from both(maker(chance), chance, maker.__name__.strip("_"))


def _clock(hour: int, minute: int) -> str:
    half = "AM" if hour % 24 < 12 else "PM"  # noqa: PLR2004
    return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''} {half}"


def _other(chance: random.Random, values: Sequence[str], *right: str) -> tuple[str, ...]:
    rest = [value for value in values if value not in right]
    return tuple(chance.sample(rest, min(3, len(rest))))


def _number(value: float, *others: float) -> tuple[str, ...]:
    changed = {value + 3, value * 2, value + 10, *others} - {value}
    return tuple(f"{one:g}" for one in changed if one > 0)


def _business(chance: random.Random) -> Made:
    opens, closes = chance.choice((7, 8, 9, 10, 11)), chance.choice((17, 18, 20, 21, 22))
    late = closes + 1
    closed = chance.choice(("Monday", "Sunday", "Tuesday"))
    kind = chance.choice(("bakery", "bookshop", "noodle bar", "bike workshop", "coffee house", "garden centre"))
    name = f"{chance.choice(('Blue', 'Copper', 'Little', 'Willow', 'Granite', 'Juniper'))} {chance.choice(('Finch', 'Anchor', 'Lantern', 'Fox', 'Door', 'Compass'))}"
    town, street, number = chance.choice(_TOWNS), chance.choice(_STREETS), chance.randint(2, 190)
    stars = chance.choice((3.0, 3.5, 4.0, 4.5))
    weekend = ["Friday", "Saturday"]
    hours = {day: f"{opens}:0-{late if day in weekend else closes}:0" for day in _DAYS if day != closed}
    flags = {
        key: chance.choice((True, False))
        for key in ("OutdoorSeating", "RestaurantsReservations", "RestaurantsTakeOut", "WheelchairAccessible", "HasTV")
    }
    waiter, dish, waited = (
        chance.choice(_PEOPLE).split()[0],
        chance.choice(("lemon tart", "espresso", "service", "advice")),
        chance.choice((15, 25, 35, 40)),
    )
    facts: dict[str, Any] = {
        "name": name, "address": f"{number} {street}", "city": town, "categories": kind.title(), "hours": hours,
        "attributes": {**flags, "BusinessParking": str({"garage": False, "street": True, "lot": False}), "WiFi": "u'free'"},
        "business_stars": stars,
        "review_info": [
            {"review_stars": 5.0, "review_date": "2021-03-09 18:01:12", "review_text": f"{waiter} was so kind, and the {dish} is wonderful. We keep coming back."},
            {"review_stars": 2.0, "review_date": "2020-12-28 11:40:02", "review_text": f"Waited {waited} minutes before anyone noticed us. Pity."},
        ],
    }  # fmt: skip
    right, short = f"from {_clock(opens, 0)} to {_clock(closes, 0)}", f"until {_clock(late, 0)}"
    wrong = (
        f"from {_clock(opens + 1, 0)} to {_clock(closes, 0)}",
        f"from {_clock(opens, 0)} to {_clock(late + 1, 0)}",
        f"from {_clock(opens - 1, 30)} to {_clock(closes - 1, 0)}",
    )
    days = {
        "Monday": "Tuesday through Thursday",
        "Tuesday": "on Monday, Wednesday and Thursday",
        "Sunday": "Monday through Thursday",
    }[closed]
    other_day = _other(chance, _DAYS, closed)
    spoken = {
        "OutdoorSeating": ("outdoor seating",),
        "RestaurantsTakeOut": ("takeout",),
        "WheelchairAccessible": ("wheelchair access",),
        "HasTV": ("a TV",),
    }
    has = [words[0] for key, words in spoken.items() if flags[key]]
    lacks = [words[0] for key, words in spoken.items() if not flags[key]]
    offers: list[Piece] = ["It offers ", Slot("attribute", " and ".join(has[:2]) or "free WiFi", tuple(lacks)), "."]
    first: list[Sequence[Piece]] = chance.choice((
        [[name, f" is a {kind} at ", Slot("name", f"{number} {street}", tuple(f"{number} {other}" for other in _other(chance, _STREETS, street))), " in ", Slot("name", town, _other(chance, _TOWNS, town)), ", rated ", Slot("number", f"{stars:g}", _other(chance, ("2.5", "3", "3.5", "4", "4.5"), f"{stars:g}", "2", "5")), " stars."]],
        [["Located in ", Slot("name", town, _other(chance, _TOWNS, town)), f", {name} is a popular {kind}."], ["Customers give it ", Slot("number", f"{stars:g} out of 5", tuple(f"{other} out of 5" for other in ("1.5", "3.2", "4.8"))), " stars on average."]],
    ))  # fmt: skip
    second: list[Sequence[Piece]] = chance.choice((
        [["The doors are open ", Slot("time", f"{days} {right}", tuple(f"{days} {other}" for other in wrong)), ", and ", " and ".join(weekend), " ", Slot("time", short, (f"until {_clock(late + 1, 0)}", f"until {_clock(closes, 0)}")), "."], ["It is closed on ", Slot("time", f"{closed}s", tuple(f"{day}s" for day in other_day)), "."]],
        [["Hours are ", Slot("time", right, wrong), f" {days}; it stays open ", Slot("time", f"{short} on {weekend[0]}", (f"until {_clock(late + 1, 30)} on {weekend[0]}",)), "."]],
        [["Every ", Slot("time", f"{weekend[0]}, it welcomes guests from {_clock(opens, 0)} to {_clock(late, 0)}", (f"{weekend[0]}, it welcomes guests from {_clock(opens, 0)} to {_clock(late + 2, 0)}", f"{closed}, it welcomes guests from {_clock(opens, 0)} to {_clock(late, 0)}")), "."]],
    ))  # fmt: skip
    third: list[Sequence[Piece]] = chance.choice((
        [offers, ["One visitor waited ", Slot("quantity", f"{waited} minutes", (f"{waited + 15} minutes", f"{waited} hours")), ", while another was charmed by ", Slot("name", waiter, ("Gregory", "Beatrice")), f" and the {dish}."]],
        [["There is free WiFi and street parking, but ", Slot("attribute", "no garage", ("a valet",)), "."], offers],
        [["A review from ", Slot("date", "March 2021", ("May 2021", "March 2019")), f" calls the {dish} wonderful."], ["Guests appreciate ", Slot("attribute", "the WiFi", ("the live music", "the happy hour")), ", and it makes a perfect stop for a relaxed afternoon."]],
    ))  # fmt: skip
    return facts, [*first, *second, *third], "en"


def _product(chance: random.Random) -> Made:
    brand = chance.choice(_BRANDS)
    noun, key, amount, unit = chance.choice((
        ("Trail Backpack", "capacity", chance.randint(18, 60), "l"), ("Desk Fan", "power", chance.randint(20, 60), "W"), ("Travel Mug", "capacity", chance.randint(300, 600), "ml"),
        ("Bike Lamp", "brightness", chance.randint(100, 900), "lumens"), ("Power Bank", "battery_capacity", chance.choice((5000, 10000, 20000)), "mAh"),
    ))  # fmt: skip
    model = f"{chance.choice('ABKTX')}{chance.randint(100, 990)}"
    price, grams, years = chance.randint(19, 240), chance.randint(2, 39) * 50, chance.choice((2, 3, 5))
    rating, count, height, width = (
        chance.choice((3.9, 4.2, 4.4, 4.7)),
        chance.randint(31, 900),
        chance.randint(12, 48),
        chance.randint(50, 90),
    )
    colors = chance.sample(("black", "olive", "navy", "sand", "burgundy", "white"), chance.choice((2, 3, 4)))
    country = chance.choice(("Portugal", "Vietnam", "Germany", "Taiwan"))
    flags = {key: chance.choice((True, False)) for key in ("waterproof", "rechargeable", "dishwasher_safe", "foldable")}
    facts: dict[str, Any] = {
        "name": f"{brand} {noun} {model}", "brand": brand, "price": price, "currency": "EUR", key: f"{amount} {unit}", "weight_g": grams, "warranty_years": years,
        "dimensions": {"height_cm": height, "width_mm": width}, "rating": rating, "review_count": count, "colors": colors, "made_in": country, **flags,
    }  # fmt: skip
    said = {
        "lumens": f"{amount} lumens",
        "W": f"{amount} watts",
        "mAh": f"{amount} mAh",
        "l": f"{amount} litres",
        "ml": f"{amount} ml",
    }[unit]
    wrong = tuple(said.replace(str(amount), other) for other in _number(amount))
    kilos = f"{grams / 1000:g} kg"
    words = {2: "two", 3: "three", 4: "four", 5: "five"}
    is_so = [key.replace("_", "-").replace("dishwasher-safe", "dishwasher-safe") for key, flag in flags.items() if flag]
    is_not = [key.replace("_", "-") for key, flag in flags.items() if not flag]
    first: list[Sequence[Piece]] = chance.choice((
        [["The ", Slot("name", f"{brand} {noun} {model}", (f"{chance.choice(_other(chance, _BRANDS, brand))} {noun} {model}", f"{brand} {noun} {model[0]}{int(model[1:]) + 7}")), " brings ", Slot("quantity", said, wrong), " to your day and weighs just ", Slot("quantity", f"{grams} g", (f"{grams + 75} g", f"{grams} kg")), "."]],
        [["Say hello to the ", brand, f" {noun}: ", Slot("quantity", said, wrong), ", ", Slot("quantity", kilos, (f"{grams / 500:g} kg", f"{grams / 100:g} kg")), ", and a design you will love."]],
    ))  # fmt: skip
    second: list[Sequence[Piece]] = chance.choice((
        [["It comes in ", Slot("number", f"{words[len(colors)]} colours", tuple(f"{words[other]} colours" for other in (2, 3, 4, 5) if other != len(colors))), f" ({', '.join(colors)}) and is covered by a ", Slot("quantity", f"{words[years]}-year", ("ten-year", "seven-year")), " warranty."], ["Yours for ", Slot("price", f"€{price}", (f"€{price + 20}", f"€{price - 7}", f"${price}")), "."]],
        [["At ", Slot("price", f"{price} euros", (f"{price * 2} euros", f"{price + 9} euros")), ", it is made in ", Slot("name", country, ("Italy", "Japan")), ", with a warranty of ", Slot("quantity", f"{years * 12} months", (f"{years * 12 + 6} months",)), "."]],
    ))  # fmt: skip
    third: list[Sequence[Piece]] = chance.choice((
        [["Customers rate it ", Slot("number", f"{rating:g}", _other(chance, ("3.1", "4.1", "4.9"))), " stars across ", Slot("number", f"{count} reviews", (f"{count + 111} reviews", f"{count * 3} reviews")), "."]],
        [["It stands ", Slot("quantity", f"{height} cm", (f"{width} cm", f"{height + 13} cm")), " tall and is ", Slot("quantity", f"{width} mm", (f"{width + 17} mm", f"{height} mm")), " wide."], [f"With more than {count - count % 10 - 10 or 20} reviews, it makes a thoughtful gift."]],
    ))  # fmt: skip
    fourth: list[Sequence[Piece]] = []
    if is_so and is_not:
        fourth = [[f"It is {is_so[0]}", ", but ", Slot("attribute", f"not {is_not[0]}", (is_not[0],)), "."]]
    return facts, [*first, *second, *third, *fourth], "en"


def _newsletter(chance: random.Random) -> Made:
    company = f"{chance.choice(_BRANDS)} {chance.choice(('Studio', 'Books', 'Cycles', 'Kitchen'))}"
    month, day, percent = chance.randint(1, 12), chance.randint(2, 27), chance.choice((10, 15, 20, 25))
    host, town, seats = chance.choice(_PEOPLE), chance.choice(_TOWNS), chance.randint(20, 90)
    hour, minute = chance.choice((17, 18, 19)), chance.choice((0, 30))
    limit, since = chance.choice((30, 50, 75)), chance.randint(1981, 2012)
    code = f"{chance.choice(('HELLO', 'SAVE', 'SUN'))}{percent}"
    facts: dict[str, Any] = {
        "company": company, "since": since, "offer": {"percent_off": percent, "code": code, "ends": f"2026-{month:02}-{day:02}"}, "free_shipping_over": f"${limit}",
        "event": {"title": "Open Workshop", "host": host, "city": town, "seats": seats, "date": f"2026-{month:02}-{day + 1:02}", "starts": f"{hour}:{minute:02}"},
        "subscribers": chance.randint(2, 90) * 1000 + 340,
    }  # fmt: skip
    name = _MONTHS[month - 1]
    other = _MONTHS[month % 12]
    wrong_days = (f"{other} {day}", f"{name} {day - 1}")
    first: list[Sequence[Piece]] = [
        ["Hello from ", company, "!"],
        [
            "Until ",
            Slot("date", f"{name} {day}", wrong_days),
            ", you get ",
            Slot("quantity", f"{percent}% off", (f"{percent + 5}% off", f"{percent * 2}% off")),
            " with the code ",
            Slot("name", code, (f"{code[:-2]}{percent + 30}", "WELCOME5")),
            ".",
        ],
    ]
    second: list[Sequence[Piece]] = chance.choice((
        [["On ", Slot("date", f"{day + 1} {name} 2026", (f"{day + 1} {other} 2026", f"{day + 1} {name} 2027")), ", ", Slot("name", host, _other(chance, _PEOPLE, host)), " hosts an Open Workshop in ", Slot("name", town, _other(chance, _TOWNS, town)), "; it starts at ", Slot("time", _clock(hour, minute), (_clock(hour + 1, minute), _clock(hour, 45))), "."], ["There are ", Slot("number", f"{seats} seats", (f"{seats + 10} seats", f"{seats * 2} seats")), ", so don't wait too long."]],
        [["Join ", Slot("name", host, _other(chance, _PEOPLE, host)), " for our Open Workshop on ", Slot("date", f"{name} {day + 1}", (f"{other} {day + 1}",)), ", at ", Slot("time", f"{hour}:{minute:02}", (f"{hour + 2}:{minute:02}",)), " in ", Slot("name", town, _other(chance, _TOWNS, town)), ". Come early and bring a friend."]],
    ))  # fmt: skip
    third: list[Sequence[Piece]] = chance.choice((
        [["Orders over ", Slot("price", f"${limit}", (f"${limit + 15}", f"€{limit}")), " ship for free."], ["We have been at it since ", Slot("date", str(since), (str(since - 10), str(since + 4))), ", and we still love every day of it."]],
        [["Free shipping starts at ", Slot("price", f"${limit}", (f"${limit * 2}",)), "."], ["More than ", Slot("number", f"{facts['subscribers'] // 1000:,},000", (f"{facts['subscribers'] // 1000 + 30:,},000",)), " people read this letter. Thank you!"]],
    ))  # fmt: skip
    return facts, [*first, *second, *third], "en"


def _table(chance: random.Random) -> Made:
    regions = chance.sample(("Bavaria", "Saxony", "Hesse", "Holstein", "Thuringia", "Brandenburg"), 4)
    rows: list[dict[str, Any]] = [
        {
            "region": region,
            "visitors": chance.randint(1200, 9800),
            "revenue_eur": chance.randint(20, 95) * 1000 + chance.randint(1, 9) * 110,
            "stores": place + chance.randint(2, 4) * 3,
        }
        for place, region in enumerate(regions)
    ]
    facts: dict[str, Any] = {
        "report": "Regional results 2025",
        "rows": rows,
        "employees": chance.randint(130, 480),
        "founded": chance.randint(1951, 1999),
    }
    one, two, three = (rows[place] for place in chance.sample(range(4), 3))
    best = max(rows, key=lambda row: int(row["visitors"]))
    worse = next(str(row["region"]) for row in rows if row is not best)
    total = sum(int(row["visitors"]) for row in rows)
    first: list[Sequence[Piece]] = chance.choice((
        [["In 2025, ", str(one["region"]), " counted ", Slot("number", f"{one['visitors']:,} visitors", (f"{two['visitors']:,} visitors", f"{int(one['visitors']) + 1300:,} visitors")), " and took ", Slot("price", f"€{one['revenue_eur']:,}", (f"€{three['revenue_eur']:,}", f"€{int(one['revenue_eur']) + 7000:,}")), "."]],
        [[str(one["region"]), " earned ", Slot("price", f"{one['revenue_eur']:,} euros", (f"{two['revenue_eur']:,} euros",)), ", while ", str(two["region"]), " earned ", Slot("price", f"{two['revenue_eur']:,} euros", (f"{one['revenue_eur']:,} euros",)), "."]],
    ))  # fmt: skip
    second: list[Sequence[Piece]] = chance.choice((
        [[Slot("name", str(best["region"]), (worse,)), " had the most visitors (", f"{best['visitors']:,}", ")."], ["All regions together had ", Slot("number", f"{total:,} visitors", (f"{total + 2400:,} visitors",)), "."]],
        [["There are ", Slot("number", f"{three['stores']} stores", (f"{int(three['stores']) + 20} stores",)), " in ", str(three["region"]), ", and ", Slot("number", f"{facts['employees']} employees", (f"{facts['employees'] + 60} employees",)), " in all."]],
    ))  # fmt: skip
    third: list[Sequence[Piece]] = [
        [
            "The company was founded in ",
            Slot("date", str(facts["founded"]), (str(facts["founded"] - 20), str(facts["founded"] + 3))),
            ".",
        ]
    ]
    return facts, [*first, *second, *third], "en"


def _product_zh(chance: random.Random) -> Made:
    brand = chance.choice(("山野集", "云栖", "北岸", "拾光", "木木家"))
    noun, key, amount, unit = chance.choice((("保温杯", "容量", chance.choice((350, 480, 600)), "毫升"), ("台灯", "功率", chance.randint(6, 24), "W"), ("充电宝", "电池容量", chance.choice((5000, 10000)), "毫安"), ("行李箱", "容量", chance.randint(30, 90), "升")))  # fmt: skip
    price, grams, years, rating = (
        chance.randint(39, 499),
        chance.randint(3, 60) * 50,
        chance.choice((1, 2, 3)),
        chance.choice((4.5, 4.7, 4.9)),
    )
    place, sold = chance.choice(("浙江义乌", "福建泉州", "江西景德镇", "广东佛山")), chance.randint(2, 88) * 100
    colors = chance.sample(("米白", "墨绿", "雾蓝", "浅灰", "珊瑚粉"), chance.choice((2, 3)))
    free, washable = chance.choice((True, False)), chance.choice((True, False))
    facts: dict[str, Any] = {"商品名": f"{brand}{noun}", "品牌": brand, "价格": f"{price}元", key: f"{amount}{unit}", "重量": f"{grams}克", "质保": f"{years}年", "评分": rating, "产地": place, "月销量": sold, "颜色": colors, "包邮": free, "可折叠": washable}  # fmt: skip
    han = {1: "一", 2: "两", 3: "三", 4: "四"}
    shipping: list[Piece] = [
        "本品",
        Slot("attribute", "全国包邮" if free else "不包邮", ("不包邮" if free else "全国包邮",)),
        "，",
    ]
    first: list[Sequence[Piece]] = chance.choice((
        [[f"{brand}{noun}，", f"{key}", Slot("quantity", f"{amount}{unit}", tuple(f"{other}{unit}" for other in _number(amount))), "，净重", Slot("quantity", f"{grams}克", (f"{grams + 80}克", f"{grams}公斤")), "，拿在手里刚刚好。"]],
        [[f"来自{brand}的这款{noun}，只重", Slot("quantity", f"{grams / 1000:g}公斤", (f"{grams / 500:g}公斤",)), f"，{key}达", Slot("quantity", f"{amount}{unit}", tuple(f"{other}{unit}" for other in _number(amount))), "，出门在家都好用。"]],
    ))  # fmt: skip
    second: list[Sequence[Piece]] = chance.choice((
        [["产自", Slot("name", place[:2], _other(chance, ("河北", "四川", "山东", "云南"))), "，售价", Slot("price", f"{price}元", (f"{price + 30}元", f"{price - 6}元")), "，", *shipping, "质保", Slot("quantity", f"{han[years]}年", ("五年", "十年")), "。"]],
        [[f"有{'、'.join(colors)}", Slot("number", f"{han[len(colors)]}种颜色", (f"{han[len(colors) + 1]}种颜色",)), "可选，", *shipping, "评分", Slot("number", f"{rating:g}", ("4.2", "5.0")), "，现价", Slot("price", f"¥{price}", (f"¥{price + 21}",)), "。"]],
    ))  # fmt: skip
    third: list[Sequence[Piece]] = [
        [
            "每月售出",
            Slot("number", f"{sold}件", (f"{sold + 900}件", f"{sold * 10}件")),
            "，",
            Slot("attribute", "可折叠" if washable else "不可折叠", ("不可折叠" if washable else "可折叠",)),
            "。",
        ]
    ]
    return facts, [*first, *second, *third], "zh"


def _shop_zh(chance: random.Random) -> Made:
    name = chance.choice(("青石茶馆", "小满书店", "南窗咖啡", "渡口面馆"))
    district, road = chance.choice((("西湖区", "文三路"), ("思明区", "中山路"), ("姑苏区", "平江路")))
    number = chance.randint(3, 300)
    city = {"西湖区": "杭州市", "思明区": "厦门市", "姑苏区": "苏州市"}[district]
    opens, closes = chance.choice((8, 9, 10)), chance.choice((20, 21, 22))
    closed = chance.choice(("周一", "周二"))
    days = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    hours = {day: "休息" if day == closed else f"{opens}:00-{closes + (day in ('周六', '周日'))}:00" for day in days}
    year, score, count, mean = (
        chance.randint(1990, 2020),
        chance.choice((4.3, 4.6, 4.8)),
        chance.randint(120, 2400),
        chance.randint(22, 128),
    )
    facts: dict[str, Any] = {
        "店名": name,
        "地址": f"{city}{district}{road}{number}号",
        "营业时间": hours,
        "创立年份": year,
        "评分": score,
        "评价数": count,
        "人均": f"{mean}元",
        "店长": "周启明",
        "户外座位": True,
        "停车位": False,
    }
    first: list[Sequence[Piece]] = [
        [
            f"{name}位于",
            Slot("name", f"{city}{district}", (f"{city}滨江区", "南京市鼓楼区")),
            f"{road}，创立于",
            Slot("date", f"{year}年", (f"{year - 8}年", f"{year + 3}年")),
            "，店长",
            Slot("name", "周启明", ("李文博", "陈思远")),
            "已经在这里迎来了无数客人。",
        ]
    ]
    second: list[Sequence[Piece]] = chance.choice((
        [["周三至周五上午", Slot("time", f"{opens}点到晚上{closes - 12}点", (f"{opens}点到晚上{closes - 11}点", f"{opens + 1}点到晚上{closes - 12}点")), "营业，", Slot("time", f"{closed}休息", ("周四休息", "周日休息")), "。"]],
        [["周末营业时间为", Slot("time", f"{opens}:00至{closes + 1}:00", (f"{opens}:00至{closes + 2}:00", f"{opens + 2}:00至{closes + 1}:00")), "，", Slot("time", f"{closed}不营业", ("周五不营业",)), "。"]],
    ))  # fmt: skip
    third: list[Sequence[Piece]] = [
        [
            "人均消费",
            Slot("price", f"{mean}元", (f"{mean + 15}元", f"{mean * 2}元")),
            "，评分",
            Slot("number", f"{score:g}", ("3.9", "4.95")),
            "，共有",
            Slot("number", f"{count}条评价", (f"{count + 300}条评价",)),
            "。店里设有户外座位，",
            Slot("attribute", "没有停车位", ("提供停车位",)),
            "。",
        ]
    ]
    return facts, [*first, *second, *third], "zh"
