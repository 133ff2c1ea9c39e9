"""Texts written by hand after the checker had learnt shares in words, halves in Chinese and who is first."""

from typing import Any

_BIKE: dict[str, Any] = {
    "name": "Ferrow City 7", "brand": "Ferrow", "gears": 7, "frame": "steel", "weight_kg": 14.2, "wheel_in": 28, "price": "749 EUR", "lights": True, "basket": False,
    "warranty": "5 years on the frame", "colours": ["moss", "brick"], "delivery_days": 12, "made_in": "Portugal",
}  # fmt: skip
_SCHOOL = (
    "Hollins School in Bray has 420 pupils, a third of whom learn Irish as a second language. On 3 March the board agreed to build a new library for 1.8 million euros."
    " Work begins in June and lasts a year and a half. Head teacher Maeve Doran called it the largest project since the gym of 1994. Parents collected 36,000 euros."
)  # fmt: skip
_INN: dict[str, Any] = {
    "name": "The Otter Inn", "town": "Whitby", "rooms": 14, "stars": 4.3, "breakfast": True, "pets": False, "parking": "free", "check_in": "15:00", "check_out": "10:30",
    "price_from": "£88", "reviews": [{"author": "Jon", "stars": 5, "text": "Quiet rooms and a wonderful view of the harbour."}],
}  # fmt: skip
_LAMP_ZH: dict[str, Any] = {
    "名称": "拾光台灯", "品牌": "木石", "功率": "9瓦", "续航": "36小时", "充电": "2.5小时", "价格": "239元", "颜色": ["米白", "墨绿"], "质保": "18个月", "可调光": True, "防水": False, "重量": "850克",
}  # fmt: skip
_FAIR_ZH = "第三届云桥书展于5月16日在长宁文化宫开幕，共有86家出版社参展，其中四分之一来自外地。书展为期10天，门票20元，学生半价。组委会主任周岚表示，去年接待读者4.2万人次。"

LAST: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_BIKE, "en", (
        "The City 7 by Ferrow is a steel bicycle with seven gears and 28-inch wheels. It comes in moss or brick, with lights fitted, and is delivered within 12 days. Price: €749.",
        "Built in Portugal, this Ferrow weighs 14.2 kg and carries a five-year warranty on its frame. A basket is not included.",
        "The Ferrow City 7 has [[21 gears]] and an [[aluminium]] frame. It is made in [[Italy]] and costs €749.",
        "Seven gears, a steel frame and lights: the City 7 is ready for the commute. It arrives in less than two weeks.",
    )),
    (_SCHOOL, "en", (
        "A new library will rise at Hollins School in Bray. The board approved the 1.8-million-euro building on 3 March; construction starts in June and takes 18 months.",
        "Hollins School has 420 pupils. About 33% of them learn Irish as a second language, which is 140 children.",
        "Head teacher [[Moira Doyle]] said the library would cost [[€2.8 million]]. Parents have raised 36,000 euros.",
        "Not since 1994, when the gym was built, has the school had a project of this size, said Maeve Doran. Parents gave €36,000, or 2% of the cost.",
        "Work on the library begins in [[July]] and will last [[two years]]. [[Half of]] the pupils learn Irish.",
    )),
    (_INN, "en", (
        "The Otter Inn has 14 rooms in Whitby, rated 4.3. Breakfast and free parking are included; pets are not allowed. Rooms start at £88.",
        "Check in from 3 pm and out by half past ten. One guest praised the quiet rooms and the view of the harbour.",
        "The Otter Inn welcomes [[pets]]. Check-out is at [[11:30]], and its [[24 rooms]] start at £88.",
        "Looking over the harbour of Whitby, the Otter Inn offers a quiet night for under £90, breakfast included.",
    )),
    (_LAMP_ZH, "zh", (
        "木石拾光台灯，功率9瓦，充电两个半小时，续航36小时，可调光。米白、墨绿两色，售价239元，质保一年半。",
        "重850克的拾光台灯一次充电可用一天半，请注意不防水。",
        "拾光台灯续航[[48小时]]，售价[[199元]]，[[防水]]设计，质保[[两年]]。",
    )),
    (_FAIR_ZH, "zh", (
        "第三届云桥书展5月16日在长宁文化宫开幕，86家出版社参展，25%来自外地。展期十天，门票20元，学生票10元。",
        "周岚介绍，去年书展接待读者4.2万人次。今年展期为10天，学生可享半价。",
        "书展将于[[6月16日]]开幕，共有[[68家]]出版社参展，门票[[30元]]。",
    )),
)  # fmt: skip
