"""More texts written by hand, after the checker had been tuned on those of `written`: nothing was changed for them."""

from typing import Any

_PIZZERIA: dict[str, Any] = {
    "name": "Forno Vecchio", "address": "719 S 4th St", "city": "Philadelphia", "state": "PA", "categories": "Pizza, Italian, Restaurants",
    "hours": {"Monday": "0:0-0:0", "Wednesday": "16:0-22:0", "Thursday": "16:0-22:0", "Friday": "12:0-23:30", "Saturday": "12:0-23:30", "Sunday": "12:0-21:0"},
    "attributes": {
        "BusinessParking": {"garage": False, "street": False, "validated": False, "lot": False, "valet": False}, "RestaurantsReservations": True, "OutdoorSeating": False,
        "WiFi": None, "RestaurantsTakeOut": True, "RestaurantsGoodForGroups": None, "Music": {"dj": False, "live": True, "karaoke": False}, "Ambience": {"romantic": False, "casual": True, "trendy": False},
    },
    "business_stars": 3.5,
    "review_info": [
        {"review_stars": 4.0, "review_date": "2020-09-19 22:10:08", "review_text": "The margherita is thin and blistered, just how I like it. Our waitress Gia recommended the cannoli. We paid $48 for two pies and drinks."},
        {"review_stars": 1.0, "review_date": "2019-04-06 01:44:59", "review_text": "Ordered a pie to go and it took over an hour. The staff did not apologize. Never again."},
    ],
}  # fmt: skip
_COUNCIL = (
    "The Millbrook town council voted 6-3 on Monday night to close Elm Street to cars for a trial of eight months starting October 1. Councilwoman Dana Whitfield, who"
    " proposed the plan, said 1,400 residents had signed a petition for it. Owner Luis Ferrer of Ferrer Hardware objected that he could lose a fifth of his customers."
    " The town will spend $212,000 on planters and benches, $90,000 of which comes from the state. Traffic on Elm Street averages 5,200 vehicles a day, according to a"
    " 2024 study by Hartwell Engineering. A second vote is due in June."
)  # fmt: skip
_WATCH: dict[str, Any] = {
    "product": "Tern Field Watch", "maker": "Calder & Roe", "case_mm": 38, "strap": "leather", "movement": "automatic", "power_reserve_hours": 42, "water_resistance": "100 m",
    "price": "CHF 640", "weight": "62 g", "glass": "sapphire", "made_in": "Switzerland", "guarantee_years": 5, "luminous": True, "date_display": False, "limited_to": 500,
}  # fmt: skip
_TEA_ZH: dict[str, Any] = {
    "品名": "高山乌龙", "产地": "台湾南投", "净含量": "150克", "价格": "98元", "采摘": "2026年4月", "海拔": "1400米", "包装": "铁罐", "保质期": "18个月", "有机": False, "评价数": 860, "评分": 4.7,
}  # fmt: skip

LATER: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_PIZZERIA, "en", (
        "Forno Vecchio is an Italian pizzeria at 719 S 4th Street in Philadelphia, Pennsylvania, with an overall rating of 3.5 stars. The casual spot takes reservations and offers takeout, and there is live music. It is open Wednesday and Thursday from 4 PM to 10 PM, Friday and Saturday from noon to 11:30 PM, and Sunday from noon to 9 PM. One reviewer enjoyed the thin, blistered margherita and the cannoli recommended by Gia, while another waited more than an hour for an order to go.",
        "Forno Vecchio in [[Pittsburgh]] has 3.5 stars. It offers [[outdoor seating]] and [[a parking lot]]. On Fridays it opens at [[11 AM]]. The waitress, [[Mia]], recommended the cannoli.",
        "This pizzeria offers takeout and accepts reservations; there is no parking and no outdoor seating. Reviews range from four stars to one star. A customer paid $48 for two pizzas and drinks. It is closed on Tuesdays.",
        "Forno Vecchio has a [[romantic]] ambience with [[a DJ]]. It is open [[on Tuesdays]] and on Sunday from 12 PM to [[10 PM]]. A review from September 2020 gives it [[five stars]].",
        "Looking for pizza in Philadelphia? Forno Vecchio serves it in a casual setting with live music, Wednesday to Sunday. Its hours are 16:00 to 22:00 on Thursday and 12:00 to 23:30 on Saturday. In April 2019, a guest complained about an order that took over an hour.",
    )),
    (_COUNCIL, "en", (
        "Millbrook will close Elm Street to cars for eight months from October 1, after the council approved a trial by six votes to three. The plan's author, Dana Whitfield, pointed to a petition signed by 1,400 residents. The town is spending $212,000, including $90,000 from the state.",
        "The Millbrook council voted [[7-2]] to close [[Oak Street]] to cars. The trial will last [[six months]]. Luis Ferrer, who owns a hardware store, fears for his business.",
        "About 5,200 vehicles use Elm Street every day, a 2024 study by Hartwell Engineering found. The car-free trial starts on October 1. The council will vote again in June.",
        "The trial starts on [[November 1]] and costs [[$221,000]]. A study by [[Hartfield Engineering]] counted 5,200 vehicles a day. A second vote is due in [[July]].",
        "Luis Ferrer of Ferrer Hardware opposes the plan, saying he might lose 20% of his customers. Dana Whitfield proposed it, and the council backed her 6-3 on Monday.",
        "Councilwoman [[Diana Whitman]] said [[14,000]] residents signed a petition. The state contributes $90,000.",
    )),
    (_WATCH, "en", (
        "The Tern Field Watch from Calder & Roe keeps time with an automatic movement and a 42-hour power reserve. Its 38 mm case weighs 62 grams, sits behind sapphire glass and resists water to 100 metres. Made in Switzerland and limited to 500 pieces, it costs CHF 640, with a five-year guarantee.",
        "Calder & Roe's Tern Field Watch has a [[40 mm]] case and a power reserve of [[48 hours]]. It is made in [[Germany]] and costs [[€640]].",
        "A leather strap, sapphire glass and a luminous dial make the Tern an easy choice for every day. It has no date display. Only 500 will be made.",
        "The Tern Field Watch is limited to [[5,000]] pieces, is water-resistant to [[200 m]] and carries a [[lifetime guarantee]]. It is [[the thinnest automatic watch]] in the world.",
    )),
    (_TEA_ZH, "zh", (
        "这款高山乌龙产自台湾南投，茶园海拔1400米，2026年4月采摘，净含量150克，铁罐包装，保质期18个月。售价98元，共有860条评价，评分4.7。",
        "高山乌龙来自[[福建]]，海拔[[1800米]]，净含量150克，售价[[89元]]。本品为[[有机]]茶。",
        "150克铁罐装，98元一罐，保质期一年半。海拔1400米的高山茶，适合自饮，也适合送礼。",
        "2026年[[3月]]采摘的高山乌龙，净含量[[250克]]，评分[[4.9]]，喝了能[[降血压]]。",
    )),
)  # fmt: skip
