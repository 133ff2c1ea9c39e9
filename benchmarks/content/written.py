"""Texts written by hand, before the checker was tuned: what `[[...]]` marks is not supported by the facts.

The texts at even places of each group are for tuning, those at odd places are held out.
"""

from typing import Any

_GRILL: dict[str, Any] = {
    "name": "Harbor Light Grill", "address": "1204 Chapala St", "city": "Santa Barbara", "state": "CA",
    "categories": "Restaurants, Seafood, American (New), Cocktail Bars",
    "hours": {"Tuesday": "16:0-21:30", "Wednesday": "16:0-21:30", "Thursday": "16:0-21:30", "Friday": "16:0-23:0", "Saturday": "11:30-23:0", "Sunday": "11:30-20:0"},
    "attributes": {
        "BusinessParking": {"garage": False, "street": True, "validated": False, "lot": False, "valet": False},
        "RestaurantsReservations": True, "OutdoorSeating": True, "WiFi": "no", "RestaurantsTakeOut": False,
        "RestaurantsGoodForGroups": True, "Music": None,
        "Ambience": {"romantic": True, "intimate": False, "touristy": False, "hipster": False, "divey": False, "classy": True, "trendy": False, "upscale": False, "casual": False},
    },
    "business_stars": 4.0,
    "review_info": [
        {"review_stars": 5.0, "review_date": "2021-08-14 02:11:08", "review_text": "We came for our anniversary and were not disappointed. The lobster risotto was creamy and Daniel, our server, brought us a free dessert. Will be back!"},
        {"review_stars": 2.0, "review_date": "2021-06-30 20:45:51", "review_text": "Great view, but we waited 50 minutes for two plates of fish tacos and mine was cold. The manager took $12 off the bill."},
        {"review_stars": 4.0, "review_date": "2021-05-02 18:20:00", "review_text": "Lovely patio and good oysters. Parking is a pain on weekends."},
    ],
}  # fmt: skip
_AUTO: dict[str, Any] = {
    "name": "Kessler Tire & Brake", "address": "88 N Fairview Ave", "city": "Goleta", "state": "CA", "categories": "Automotive, Tires, Auto Repair",
    "hours": {"Monday": "8:0-17:30", "Tuesday": "8:0-17:30", "Wednesday": "8:0-17:30", "Thursday": "8:0-17:30", "Friday": "8:0-17:30", "Saturday": "9:0-13:0"},
    "attributes": {"BusinessAcceptsCreditCards": True, "ByAppointmentOnly": False, "WiFi": "free", "WheelchairAccessible": True, "DogsAllowed": None},
    "business_stars": 4.5,
    "review_info": [
        {"review_stars": 5.0, "review_date": "2020-11-19 16:02:44", "review_text": "Mr. Kessler fixed my Subaru in under two hours and charged $85 less than the dealer. Honest people."},
        {"review_stars": 3.0, "review_date": "2020-02-07 22:31:17", "review_text": "Good work on the brakes, but they called me three days late."},
    ],
}  # fmt: skip
_HOTEL: dict[str, Any] = {
    "name": "The Old Mill Inn", "location": {"town": "Bath", "county": "Somerset", "distance_to_station_km": 1.2},
    "rooms": 24, "opened": 1987, "check_in": "15:00", "check_out": "11:00", "rating": 8.7, "reviews": 412,
    "rates": [{"room": "Garden Double", "price_gbp": 118}, {"room": "River Suite", "price_gbp": 195}, {"room": "Attic Single", "price_gbp": 79}],
    "amenities": {"free_wifi": True, "swimming_pool": False, "breakfast_included": True, "pets_allowed": False, "parking": True, "air_conditioning": None},
}  # fmt: skip
_HEADPHONES: dict[str, Any] = {
    "name": "Aurora H7", "brand": "Lindqvist Audio", "price": 149.0, "currency": "EUR", "battery_hours": 38, "weight_g": 254, "bluetooth_version": "5.3",
    "driver": "40 mm", "charging": "USB-C, 10 minutes give 4 hours", "colors": ["black", "sand", "forest green"], "warranty_months": 24,
    "noise_cancelling": True, "waterproof": False, "wireless": True, "in_the_box": ["cable", "case"], "released": "2025-09-16", "model": "LQ-H700",
}  # fmt: skip
_LAMPS: list[dict[str, Any]] = [
    {"name": "Nimbus Desk Lamp", "price": "$59.90", "power": "9 W", "height": "42 cm", "weight": "1.3 kg", "rating": 4.6, "stock": 37, "dimmable": True},
    {"name": "Stratus Floor Lamp", "price": "$129.00", "power": "18 W", "height": "165 cm", "weight": "6.8 kg", "rating": 4.2, "stock": 8, "dimmable": True},
    {"name": "Cirrus Clip Light", "price": "$24.50", "power": "5 W", "height": "21 cm", "weight": "380 g", "rating": 4.4, "stock": 112, "dimmable": False},
]  # fmt: skip
_SALES: dict[str, Any] = {
    "shop": "Fernhill Ceramics", "year": 2025,
    "quarters": [
        {"quarter": "Q1", "revenue_usd": 41200, "orders": 618, "returns": 21}, {"quarter": "Q2", "revenue_usd": 38750, "orders": 571, "returns": 30},
        {"quarter": "Q3", "revenue_usd": 52300, "orders": 790, "returns": 25}, {"quarter": "Q4", "revenue_usd": 67950, "orders": 1043, "returns": 44},
    ],
    "best_seller": "Moss Glaze Mug", "new_customers": 1204, "newsletter_subscribers": 3870,
}  # fmt: skip
_NEWS = (
    "ROTTERDAM, March 11 - Dutch battery maker Voltan said on Tuesday it would cut 340 jobs, about 12 percent of its workforce, after orders from two German"
    " carmakers were delayed until 2027. Chief executive Marijke de Boer told reporters that the plant in Dordrecht would stay open, while a smaller site in"
    " Breda would close by the end of September. The company, founded in 2009 by Pieter Smit and Anouk Visser, lost 58 million euros last year on sales of 410"
    ' million euros. Its shares fell 9 percent to 14.20 euros in early trading. The FNV union said it had not been consulted. "We learned this from the'
    ' radio," said its spokesman, Tom Hendriks. Voltan received a government loan of 75 million euros in 2023, of which it has repaid 20 million.'
)  # fmt: skip
_MUSEUM = (
    "The Halden Maritime Museum reopens on Saturday, June 6, after a renovation that took 14 months and cost 3.2 million dollars. Visitors will find six new"
    " galleries and a restored 1911 lifeboat, the Solveig. Director Ingrid Nyland expects 90,000 visitors a year, up from 62,000 before the closure. Entry costs"
    " $14 for adults and $6 for children; Wednesdays are free. The museum will be open from 10 a.m. to 5 p.m. daily except Monday. A talk by the historian Karl"
    " Brekke is planned for July 9 at 7 p.m."
)  # fmt: skip
_NEWSLETTER: dict[str, Any] = {
    "company": "Brightleaf Tea Co.", "issue": "April 2026", "offer": {"discount_percent": 15, "code": "SPRING15", "valid_until": "2026-04-30", "minimum_order": "$40"},
    "new_products": [{"name": "Jasmine Dawn", "origin": "Fujian", "price": "$18", "grams": 100}, {"name": "Smoky Pine", "origin": "Darjeeling", "price": "$21", "grams": 80}],
    "event": {"title": "Tasting Evening", "date": "2026-04-17", "time": "18:30", "place": "22 Orchard Lane, Portland", "seats": 30, "host": "Naomi Feld"},
    "shipping": "free on orders over $50", "contact": "hello@brightleaf.example",
}  # fmt: skip
_KETTLE: dict[str, Any] = {
    "商品名": "暖山保温壶", "品牌": "山野集", "价格": "129元", "容量": "1.5升", "重量": "680克", "材质": "316不锈钢", "保温时长": "12小时", "颜色": ["墨绿", "米白"],
    "产地": "浙江金华", "质保": "2年", "可用洗碗机": False, "包邮": True, "月销量": 3200, "评分": 4.8,
}  # fmt: skip
_PHONE_ZH: dict[str, Any] = {
    "name": "星澜X3手机", "brand": "星澜", "price": 2999, "currency": "CNY", "battery_mah": 5200, "screen_inches": 6.7, "weight_g": 196, "storage": ["256GB", "512GB"],
    "camera": "5000万像素", "charging_w": 80, "release_date": "2026-03-18", "waterproof": True, "wireless_charging": False, "chip": "Orion 8s",
}  # fmt: skip
_SHOP_ZH: dict[str, Any] = {
    "店名": "老街坊面馆", "地址": "成都市锦江区红星路三段16号", "电话": "028-86671234", "人均": "35元", "评分": 4.6, "评价数": 1280,
    "营业时间": {"周一": "10:30-21:00", "周二": "10:30-21:00", "周三": "休息", "周四": "10:30-21:00", "周五": "10:30-22:30", "周六": "9:00-22:30", "周日": "9:00-21:00"},
    "招牌菜": ["红烧牛肉面", "抄手", "凉糕"], "户外座位": True, "外卖": True, "停车位": False, "创立年份": 1998,
}  # fmt: skip
_NEWS_ZH = (
    "本报讯 3月12日，青岛海洋科技馆宣布扩建工程竣工，总投资4.6亿元，建筑面积由1.8万平方米增至3.2万平方米。馆长孙立群表示，新馆将于5月1日对外开放，预计每年接待游客150万人次。"
    "扩建工程自2023年9月动工，由中建八局承建。门票成人80元，学生40元，周一闭馆。"
)  # fmt: skip

GROUPS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_GRILL, "en", (
        "Harbor Light Grill is a seafood restaurant and cocktail bar at 1204 Chapala St in Santa Barbara, California. It holds a 4-star rating. The restaurant opens at 4 PM from Tuesday to Friday and at 11:30 AM on weekends; it is closed on Mondays. Guests can reserve a table, sit outdoors and park on the street. There is no WiFi and no takeout. One couple celebrated their anniversary with lobster risotto, while another guest waited 50 minutes for cold fish tacos.",
        "Located in [[Los Angeles]], Harbor Light Grill serves American and seafood dishes in a romantic, classy setting. It is open from 4 PM to 9:30 PM Tuesday through Thursday, until [[midnight]] on Fridays, and [[from 10:30 AM to 11 PM on Saturdays]]. Reservations are accepted and the patio is popular. A reviewer called [[Michael]], their server, attentive.",
        "With [[4.5 stars]], Harbor Light Grill is a fine choice for groups. It takes reservations, has outdoor seating and offers [[free WiFi]] as well as [[takeout]]. Street parking is available, along with [[valet service]]. Opening hours run from 4:00 PM to 11:00 PM on Friday and from 11:30 AM to 8:00 PM on Sunday.",
        "Harbor Light Grill, at 1204 Chapala St, Santa Barbara, CA, offers a classy, romantic ambience with outdoor seating. Reviews are mixed: a five-star review from August 2021 praises the risotto and a server named Daniel, while a two-star review complains about a wait of 50 minutes, after which the manager took $12 off the bill. The kitchen is closed on Monday and welcomes guests until 11 PM on Friday and Saturday.",
        "Harbor Light Grill has a [[casual]] ambience and is [[open daily]]. On Sundays it serves from 11:30 AM [[to 9 PM]]. Guests praised the oysters and the patio. The average rating is 4 out of 5, although one visitor had to wait [[45 minutes]] for fish tacos.",
        "The grill does not offer takeout or Wi-Fi, but reservations are accepted and larger groups are welcome. It is open six days a week: from 16:00 to 21:30 Tuesday through Thursday, 16:00 to 23:00 on Friday, 11:30 to 23:00 on Saturday and 11:30 to 20:00 on Sunday.",
        "Diners at Harbor Light Grill can enjoy [[live music]] on the patio. There is [[no outdoor seating]] in winter. The restaurant, rated 4 stars, sits on [[Anacapa Street]] and is open Thursday from 4 PM to 9:30 PM.",
    )),
    (_AUTO, "en", (
        "Kessler Tire & Brake is an auto repair shop at 88 N Fairview Ave in Goleta, CA, with a rating of 4.5 stars. It is open on weekdays from 8 AM to 5:30 PM and on Saturday from 9 AM to 1 PM. Credit cards are accepted, and customers can use free WiFi while they wait. One customer paid $85 less than at the dealer.",
        "Open Monday through Friday from [[7:30 AM to 5:30 PM]] and Saturdays from 9 AM to 1 PM, Kessler Tire & Brake in Goleta has 4.5 stars. It works [[by appointment only]]. Mr. Kessler repaired a [[Toyota]] in under two hours, according to one review.",
        "Kessler Tire & Brake in [[Carpinteria]] accepts [[only cash]], offers free WiFi and is wheelchair accessible. It is open [[seven days a week]]. A reviewer noted that the shop called [[five days]] late.",
        "This Goleta garage is wheelchair accessible and does not require an appointment. The shop is closed on Sundays; on Saturdays it closes at 1 PM. Reviewers describe honest people and good work on the brakes, though one was called three days late.",
        "Kessler's is rated 4.5. Saturday hours are [[8 AM to 1 PM]]. Dogs are [[welcome]]. The reviewer from November 2020 saved $85 compared to the dealer.",
        "Kessler Tire & Brake, on Fairview Avenue in Goleta, handles tires and auto repair. Its staff fixed a Subaru in less than two hours. Hours are 8:00 to 17:30 from Monday to Friday. The shop has earned [[3.5 stars]] and takes credit cards.",
    )),
    (_HOTEL, "en", (
        "The Old Mill Inn in Bath, Somerset, has 24 rooms and has welcomed guests since 1987. Rates start at £79 for the Attic Single; the Garden Double costs £118 and the River Suite £195. Check-in is from 3 pm, check-out until 11 am. Breakfast and Wi-Fi are included, and there is parking. Guests rate it 8.7 across 412 reviews.",
        "Opened in [[1978]], The Old Mill Inn offers [[28 rooms]] 1.2 km from the station. The River Suite costs [[£118]] a night. Guests give it 8.7 out of 10. There is free Wi-Fi, parking and a [[swimming pool]].",
        "The Old Mill Inn is 1.2 kilometres (about 0.75 miles) from the station in Bath. It has no swimming pool and does not allow pets. A River Suite is £77 more than a Garden Double. Check-out is at [[noon]].",
        "With three room types from £79 to £195, the inn suits most budgets. It scores 8.7 from more than 400 reviews. Pets are not allowed, and breakfast is included.",
        "At The Old Mill Inn, check-in starts at [[2 pm]]. The Garden Double is priced at £118 and the Attic Single at [[£89]]. [[Pets are welcome]]. The hotel has 24 rooms and 412 reviews.",
        "The inn in [[Bristol]] has 24 rooms. The River Suite is [[twice the price]] of the Garden Double. Breakfast is included. [[The best hotel in Somerset]], it has been open since 1987.",
    )),
    (_HEADPHONES, "en", (
        "The Aurora H7 by Lindqvist Audio plays for up to 38 hours on one charge. At 254 g, it is easy to wear all day. Ten minutes on the USB-C cable give 4 hours of music. It comes in three colours: black, sand and forest green, with a case in the box and a two-year warranty, for €149.",
        "Meet the Aurora H7: [[48 hours]] of battery life, 40 mm drivers and Bluetooth [[5.0]]. Active noise cancelling keeps the city out. It weighs only 254 grams and is [[waterproof]]. Yours for [[€129]].",
        "Lindqvist Audio released the Aurora H7 on September 16, 2025. The wireless headphones connect over Bluetooth 5.3, cancel noise and weigh about 9 ounces. They cost 149 euros and come with a [[3-year]] warranty.",
        "The LQ-H700, better known as the Aurora H7, brings noise cancelling to your commute. Charge it for 10 minutes and listen for 4 hours. It isn't waterproof, so keep it out of the rain. Price: EUR 149.",
        "Aurora H7 (model [[LQ-H800]]) launched in [[October 2025]]. Choose from [[four colors]]. With 38 hours of battery life it is the [[longest-lasting headphone]] on the market. Weight: [[0.3 kg]].",
        "Perfect for commuters and gift-givers alike, the Aurora H7 packs 40 mm drivers into a 254-gram frame. The warranty runs for 24 months. It has been [[clinically proven to reduce stress]] and is [[cheaper than the Bose QC45]].",
    )),
    (_LAMPS, "en", (
        "Our lamps: the Nimbus Desk Lamp ($59.90, 9 W), the Stratus Floor Lamp ($129, 18 W) and the Cirrus Clip Light ($24.50, 5 W). The Cirrus is the cheapest of the three, and the Stratus is the tallest at 165 cm. Only eight Stratus lamps are left in stock.",
        "The Nimbus Desk Lamp costs [[$129.00]] and stands 42 cm tall. The Stratus Floor Lamp, rated [[4.6]], uses 18 W. The Cirrus Clip Light weighs 380 g and can be had for $24.50.",
        "The Stratus Floor Lamp weighs 6.8 kg and is twice as powerful as the Nimbus Desk Lamp. With a rating of 4.6, the Nimbus is the highest-rated lamp in the range; 37 are in stock. The Cirrus Clip Light is 21 cm high.",
        "Looking for light? The Nimbus Desk Lamp is dimmable, weighs 1.3 kg (2.9 lb) and has a rating of 4.6. The Cirrus Clip Light is the lightest of our lamps and costs $35.40 less than the Nimbus. There are 112 in stock.",
        "The Cirrus Clip Light is [[dimmable]], draws [[9 W]] and weighs [[1.3 kg]]. The Stratus Floor Lamp is [[cheaper than the Nimbus Desk Lamp]]. The Nimbus is 42 cm tall.",
        "The Stratus Floor Lamp ([[156 cm]]) is our tallest lamp, and the [[Altus Wall Lamp]] our newest. The Nimbus Desk Lamp is on sale at $59.90, with [[112 left in stock]].",
    )),
    (_SALES, "en", (
        "Fernhill Ceramics took $67,950 in the fourth quarter of 2025, its strongest result of the year, on 1,043 orders. Over the whole year revenue came to $200,200. The best seller was the Moss Glaze Mug. In total, 120 of 3,022 orders were returned.",
        "Revenue at Fernhill Ceramics rose from $41,200 in Q1 to [[$48,750]] in Q2. Orders fell to 571. In Q3, the shop counted 790 orders and [[44 returns]]. It gained 1,204 new customers.",
        "In Q3 revenue was $52,300, an increase of about 35% over Q2. The newsletter has 3,870 subscribers, and 1,204 customers were new. Q4 saw [[$76,950]] in revenue.",
        "In Q2 2025, Fernhill Ceramics had 571 orders and 30 returns. Revenue fell to $38,750, down 5.9% from the first quarter. On average, the shop made $50,050 a quarter.",
        "The Moss Glaze Mug was the best seller. Q1 brought [[790 orders]] and Q4 1,043. The newsletter reached [[4,870]] subscribers. Revenue grew by [[45%]] from Q3 to Q4.",
        "Q4 was the best quarter with revenue of $67,950, and Q2 the weakest with $38,750. Returns were highest in Q4, at 44. The [[Willow Bowl]] sold best.",
    )),
    (_NEWS, "en", (
        "Dutch battery maker Voltan is cutting 340 jobs, or about 12 percent of its staff, because two German carmakers delayed their orders until 2027. Its Dordrecht plant stays open, but the Breda site will close by the end of September. Voltan lost 58 million euros last year.",
        "Voltan will cut [[430 jobs]] after orders from two [[French]] carmakers were delayed. CEO Marijke de Boer said the plant in [[Breda]] would remain open. Shares fell 9 percent to 14.20 euros.",
        "Voltan, founded in 2009 by Pieter Smit and Anouk Visser, has repaid 20 million of a 75-million-euro government loan it received in 2023. Union spokesman [[Tom Hendricksen]] said workers learned of the cuts from the radio. The company had sales of [[510 million euros]].",
        "Shares in Voltan dropped 9 percent after the company announced 340 job cuts. The FNV union complained that it had not been consulted. The company's chief executive, Marijke de Boer, said the Dordrecht plant would stay open.",
        "Battery maker Voltan said on [[Thursday]] that it would close its site in Breda by the end of [[December]]. It was founded in [[2011]] and lost 58 million euros on sales of 410 million euros last year.",
        "Voltan, which got a loan of 75 million euros from the government in [[2021]], plans to lay off about 12 percent of its workforce. Chief executive [[Anouk Visser]] told reporters that a smaller site in Breda would close.",
    )),
    (_MUSEUM, "en", (
        "After a 14-month, $3.2 million renovation, the Halden Maritime Museum reopens on June 6 with six new galleries. The museum, led by Ingrid Nyland, expects 90,000 visitors a year. Admission is $14 for adults and $6 for children, and it is free on Wednesdays. It is open from 10 a.m. to 5 p.m. every day except Monday.",
        "The Halden Maritime Museum reopens on [[June 16]] with [[eight]] new galleries and a restored lifeboat from 1911. Entry costs $14 for adults and [[$8]] for children. Historian Karl Brekke will speak on July 9 at 7 p.m.",
        "The renovated museum expects 90,000 visitors a year, compared with 62,000 before it closed. The lifeboat [[Astrid]] has been restored. The museum is open daily except [[Tuesday]], [[from 9 a.m. to 5 p.m.]]",
        "Karl Brekke, a historian, will give a talk at the museum on July 9 at 7 p.m. The museum had 62,000 visitors a year before the renovation. Its 1911 lifeboat, the Solveig, has been restored.",
        "Director [[Karl Brekke]] expects [[62,000]] visitors a year. The renovation took 14 months and cost [[2.3 million dollars]]. Adults pay $14.",
        "The museum will reopen on Saturday, June 6. On [[Thursdays]] entry is free. The renovation took [[16 months]]. A talk is planned for July 9 at [[8 p.m.]]",
    )),
    (_NEWSLETTER, "en", (
        "Spring is here, and so are two new teas. Jasmine Dawn from Fujian costs $18 for 100 g; Smoky Pine from Darjeeling is $21 for 80 g. Use the code SPRING15 for 15% off orders of $40 or more until April 30. Join us on Friday, April 17 at 6:30 pm at 22 Orchard Lane in Portland for our Tasting Evening, hosted by Naomi Feld. Seats are limited to 30.",
        "Take [[20% off]] with code SPRING15 until [[May 30]]. Our new tea Smoky Pine comes from [[Fujian]] and costs $21. The Tasting Evening takes place on April 17 at [[7:30 pm]]. Questions? Write to hello@brightleaf.example.",
        "Dear tea lovers, enjoy free shipping on orders over [[$40]] this April. Meet Naomi Feld at our Tasting Evening on April 17, 18:30. We have 30 seats. Jasmine Dawn, 100 grams, is yours for [[$21]].",
        "Our two newcomers: Jasmine Dawn ($18) and Smoky Pine ($21). With SPRING15 you save 15% on orders over $40, through April 30, 2026. Shipping is free when you spend more than $50.",
        "Use code [[SPRING20]] at checkout. The Tasting Evening with [[Nadia Field]] has 30 seats and starts at 6:30 pm on [[Saturday]], April 17. Smoky Pine is from Darjeeling.",
        "Mark your calendar: on April 17, Brightleaf Tea Co. hosts a tasting at [[24 Orchard Lane]] in Portland. Smoky Pine comes in bags of 80 grams. Our teas are [[guaranteed organic]].",
    )),
    (_KETTLE, "zh", (
        "山野集暖山保温壶，容量1.5升，净重680克，采用316不锈钢，保温长达12小时。墨绿、米白两色可选，售价129元，全国包邮，质保两年。产自浙江金华，月销3200件，评分4.8。",
        "暖山保温壶容量[[1.8升]]，重680克，保温时长可达[[24小时]]。产自[[江苏]]，售价仅129元，包邮到家。",
        "这款来自山野集的保温壶，用316不锈钢打造，1500毫升大容量，保温12小时，[[三种颜色]]任选，月销已超3000件，评分[[4.9]]。",
        "暖山保温壶售价129元，包邮，质保2年。请注意，不可用洗碗机清洗。重量只有0.68公斤，适合露营、办公和送礼。",
        "山野集暖山保温壶，[[可用洗碗机清洗]]，评分4.8，[[全网销量第一]]，保温12小时。现价[[119元]]。",
        "暖山保温壶由“[[云岭]]”品牌出品，容量1.5升，墨绿与米白两款颜色。质保[[三年]]，产地浙江金华，[[有助于治疗胃寒]]。",
    )),
    (_PHONE_ZH, "zh", (
        "星澜X3手机于2026年3月18日发布，售价2999元。6.7英寸屏幕，5200毫安电池，支持80W快充，机身重196克。搭载Orion 8s芯片，提供256GB和512GB两种存储。支持防水，不支持无线充电。",
        "星澜X3配备[[6.5英寸]]屏幕和5200mAh电池，支持[[100W]]快充与[[无线充电]]，起售价2999元。",
        "星澜X3搭载[[骁龙]][[ 8 Gen 3]]芯片，5000万像素主摄，重约196克，3月18日开售，定价2999元。",
        "这款手机重196克，拥有5000万像素摄像头，80W充电，两种存储版本可选。售价2999元，机身防水。",
        "星澜X3将于[[4月18日]]发布，售价[[3299元]]，电池容量5200毫安时，是[[史上最轻]]的旗舰。",
        "星澜X3重[[169克]]，屏幕6.7英寸，芯片为Orion 8s，256GB起步，最高可选[[1TB]]。",
    )),
    (_SHOP_ZH, "zh", (
        "老街坊面馆创立于1998年，位于成都市锦江区红星路三段16号，人均35元，评分4.6，共有1280条评价。周三休息，周五营业至22:30，周六上午9点开门。设有户外座位，可点外卖，但没有停车位。",
        "老街坊面馆位于[[武侯区]]，人均[[45元]]，招牌菜有红烧牛肉面、抄手和凉糕。周一上午10点半到晚上9点营业，[[周三营业至21:00]]。",
        "这家开了二十多年的面馆，周六、周日早上9点开门，周四10:30至21:00营业。[[提供免费停车]]，评分[[4.8]]。电话028-86671234。",
        "招牌菜包括红烧牛肉面、抄手、凉糕三样。人均消费35元，评分4.6分。周二上午10:30开始营业，晚上9点打烊；周三不营业。",
        "老街坊面馆自[[1988年]]开业至今，[[每天营业]]，电话[[028-86671243]]，支持外卖。",
        "面馆在红星路三段16号，周日营业时间为9:00至[[22:30]]，共1280条评价，[[不提供外卖]]。",
    )),
    (_NEWS_ZH, "zh", (
        "青岛海洋科技馆扩建工程竣工，总投资4.6亿元，建筑面积从1.8万平方米增加到3.2万平方米，5月1日开放，预计年接待游客150万人次。",
        "青岛海洋科技馆扩建后建筑面积达[[3.6万平方米]]，总投资4.6亿元。馆长[[李立群]]表示，新馆将于5月1日开放。",
        "该馆扩建工程由[[中铁三局]]承建，2023年9月动工，门票成人80元，学生[[50元]]，周一闭馆。",
        "新馆5月1日起对外开放，成人票80元，学生票40元。扩建工程2023年9月动工，由中建八局承建，馆长孙立群说每年可接待150万人次。",
        "[[大连]]海洋科技馆宣布扩建竣工，新馆将于[[6月1日]]开放，[[周二]]闭馆。",
        "3月12日，青岛海洋科技馆宣布竣工，总投资[[6.4亿元]]，成人门票80元，预计每年接待游客[[250万]]人次。",
    )),
)  # fmt: skip
