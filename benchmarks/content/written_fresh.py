"""Texts of many domains, written by hand after all other sets, before any was checked; `[[...]]` is not supported."""

from benchmarks.content.written_by_type import Groups

FRESH: Groups = (
    ({"trail": "Heron Loop", "distance_km": 11.4, "ascent_m": 520, "time_hours": 4, "difficulty": "moderate", "start": "Kirk Bridge car park", "dogs": "on a lead", "toilets": True, "season": "April to October", "highest_point": "Grey Knott, 689 m"}, "en", (
        "Heron Loop is a moderate walk of 11.4 kilometres that starts and ends at the Kirk Bridge car park. Allow about four hours, and expect to climb 520 metres on the way to Grey Knott, the highest point at 689 m.",
        "Best walked between April and October, the loop is a half-day outing of roughly seven miles. Dogs are welcome on a lead, and there are toilets at the start.",
        "At [[14 km]], Heron Loop takes about [[six hours]] and is rated [[easy]]. Dogs must be on a lead.",
    )),
    ({"make": "Corva", "model": "Lynx 1.6", "year": 2019, "mileage": 48200, "fuel": "petrol", "gearbox": "manual", "owners": 1, "price": "£9,450", "doors": 5, "tax_per_year": "£165", "mot_until": "2026-08", "colour": "silver", "air_conditioning": True, "tow_bar": False}, "en", (
        "One-owner Corva Lynx 1.6 from 2019, with 48,200 miles on the clock. This five-door petrol car in silver has a manual gearbox and air conditioning, and its MOT runs until August 2026. Yours for £9,450.",
        "A tidy silver hatchback with under 50,000 miles. Road tax is £165 a year, less than £14 a month. No tow bar is fitted.",
        "This 2019 Corva Lynx runs on [[diesel]], has had [[two owners]] and costs [[£9,950]]. A [[tow bar]] is fitted.",
    )),
    ({"title": "Low Tide", "director": "Mira Okafor", "year": 2024, "runtime_min": 128, "genre": ["drama", "mystery"], "cast": ["Tomas Reyl", "Ines Calder", "Wo Jun"], "language": "English", "awards": ["Best Screenplay, Lisbon 2024"], "rating": "12A", "budget_m_usd": 6.5}, "en", (
        "Mira Okafor's Low Tide is a drama and a mystery in one. Tomas Reyl, Ines Calder and Wo Jun star in the 128-minute film, which won Best Screenplay at Lisbon in 2024. It was made for $6.5 million.",
        "Just over two hours long and rated 12A, Low Tide came out in 2024. Its three leads give Okafor's mystery its quiet pull.",
        "Directed by [[Nora Okafor]], the film runs for [[118 minutes]] and won [[two awards]].",
    )),
    ("Power was restored to about 9,400 homes in Tarn Valley early on Friday after a storm brought down lines on Wednesday night. Grid operator Helvo said 600 homes were still without electricity. Wind gusts reached 118 km/h at the Saddle weather station. Two people were treated for minor injuries. Repairs are expected to cost 2.3 million euros, spokeswoman Ilse Brandt said.", "en", (
        "Most homes in Tarn Valley have power again. By early Friday, 9,400 had been reconnected after Wednesday night's storm; 600 were still waiting. Repairs will cost about €2.3 million, according to Ilse Brandt of grid operator Helvo.",
        "Gusts of up to 118 kilometres an hour brought down power lines on Wednesday night. Two people suffered minor injuries, and some 10,000 homes lost power.",
        "The storm left [[9,400 homes]] still without power on Friday. Gusts reached [[128 km/h]], and [[three people]] were hurt.",
    )),
    ({"product": "Oakline bookcase", "width_cm": 80, "height_cm": 180, "depth_cm": 30, "shelves": 5, "material": "solid oak", "finish": "natural oil", "weight_kg": 34, "max_load_per_shelf_kg": 25, "price": "€389", "assembly": "required, 40 minutes", "warranty_years": 10}, "en", (
        "The Oakline bookcase stands 1.8 metres tall and 80 cm wide. Its five shelves of solid oak, finished with natural oil, each carry up to 25 kg. Assembly takes around 40 minutes, and the warranty lasts a decade.",
        "With a depth of just 30 centimetres, this bookcase fits into narrow rooms. Fully loaded, it holds 125 kg of books. It weighs 34 kg and costs €389.",
        "Made of [[pine]], the Oakline has [[six shelves]] and comes [[fully assembled]]. It is 180 cm high.",
    )),
    ({"shop": "Fern & Fable", "type": "second-hand bookshop", "street": "Mill Lane", "town": "Ledbury", "books": 12000, "founded": 2003, "owner": "Delia Marsh", "hours": {"Mon-Sat": "10:00-17:30", "Sun": "closed"}, "coffee": True, "card_payment": True, "events": "poetry evening on the first Thursday of each month"}, "en", (
        "Fern & Fable has sold second-hand books on Mill Lane in Ledbury since 2003. Owner Delia Marsh keeps some 12,000 volumes, and there is coffee too. The shop opens at ten from Monday to Saturday and closes at half past five.",
        "Poetry lovers meet here every first Thursday of the month. You can pay by card. On Sundays the shop is shut.",
        "Founded in [[2013]], the shop stocks [[20,000 books]] and is open [[until 6 pm]] on weekdays. Its owner is [[Delia Moss]].",
    )),
    ({"charity": "River Watch", "year": 2024, "volunteers": 640, "events": 52, "litter_tonnes": 18.5, "income": 214000, "expenses": 198000, "currency": "GBP", "trees_planted": 3200, "schools": 27}, "en", (
        "In 2024, River Watch's 640 volunteers held 52 clean-ups, one for every week of the year, and took 18.5 tonnes of litter out of the water. They also planted 3,200 trees and visited 27 schools.",
        "The charity raised £214,000 and spent £198,000, which leaves a surplus of £16,000. On average, each event removed about 356 kg of litter.",
        "River Watch planted [[2,300 trees]] and had an income of [[£241,000]]. Its volunteers visited 27 schools.",
    )),
    ("Scientists at the University of Velm have found a new species of frog in the cloud forest of Mount Ikari. The animal is 19 millimetres long and lives above 2,400 metres. It was named Pristimantis okele after Rosa Okele, the ranger who first saw it in 2019. The team examined 43 specimens. The forest has lost a fifth of its area since 1990.", "en", (
        "A frog less than two centimetres long has been discovered on Mount Ikari. Researchers of the University of Velm named it after ranger Rosa Okele, who spotted it first in 2019.",
        "Pristimantis okele lives in cloud forest at more than 2,400 metres above sea level. That forest has shrunk by 20% since 1990. The scientists studied 43 animals.",
        "The new frog is [[29 mm]] long and was first seen in [[2017]]. It lives below [[1,400 metres]].",
    )),
    ({"gym": "Northside Gym", "plans": [{"name": "Day pass", "price": "$15"}, {"name": "Monthly", "price": "$49"}, {"name": "Yearly", "price": "$490"}], "hours": {"weekdays": "6:00-22:00", "weekends": "8:00-20:00"}, "classes_per_week": 32, "pool": False, "sauna": True, "parking_spaces": 60, "trial_days": 7}, "en", (
        "Northside Gym is open from 6 am to 10 pm on weekdays and from 8 am to 8 pm at weekends. Membership costs $49 a month or $490 a year, which saves $98 over twelve monthly payments. A day pass is $15.",
        "Try it free for a week. There are 32 classes a week, a sauna and parking for 60 cars. There is no pool.",
        "The gym has a [[pool]] and offers [[42 classes]] a week. On Saturdays it opens at [[6 am]]. The yearly plan costs [[$420]].",
    )),
    ({"event": "Harbour Jazz Weekend", "dates": "12-14 June 2026", "city": "Aarhus", "stages": 4, "acts": 38, "headliner": "Lena Storm Quartet", "tickets": {"day": "250 DKK", "weekend": "600 DKK", "under_12": "free"}, "visitors_2025": 14500, "camping": True}, "en", (
        "Three days, four stages, 38 acts: the Harbour Jazz Weekend returns to Aarhus from 12 to 14 June 2026 with the Lena Storm Quartet at the top of the bill. A weekend ticket costs DKK 600, that is 150 less than three day tickets. Children under 12 get in free.",
        "Last year the festival drew 14,500 visitors. You can camp on site. Day tickets are 250 kroner each.",
        "The festival takes place on [[19-21 June 2026]] with [[48 acts]] on four stages. Headliner is the [[Lena Berg Quartet]].",
    )),
    ({"software": "Tallybook 4.2", "release_date": "2025-11-04", "platforms": ["Windows", "macOS", "Linux"], "download_mb": 86, "new": ["dark mode", "bank import by CSV", "12 new report templates"], "fixed_bugs": 57, "price_month": "€8", "free_trial_days": 30, "languages": 14}, "en", (
        "Tallybook 4.2 arrived on 4 November 2025 for Windows, macOS and Linux. It brings dark mode, bank import by CSV and a dozen new report templates, and fixes 57 bugs. The download is 86 MB.",
        "After a free month, Tallybook costs €8 a month, or €96 a year. It speaks 14 languages.",
        "Version 4.2 adds [[cloud sync]] and fixes [[75 bugs]]. It runs on Windows, macOS and [[Android]]. The trial lasts [[14 days]].",
    )),
    ("Ferry operator Blue Line will cut its summer fares between Skarn and Holm by 15 percent, the company said on Monday. A single ticket will cost 34 kroner instead of 40. The crossing takes 25 minutes. Blue Line carried 410,000 passengers on the route last summer, 8 percent fewer than in 2023. From June there will be 18 departures a day instead of 14.", "en", (
        "Crossing from Skarn to Holm gets cheaper: Blue Line lowers its summer fare from 40 to 34 kroner, a cut of 15%. From June, four more ferries will leave each day, 18 in all.",
        "Passenger numbers on the 25-minute route fell by 8% to 410,000 last summer. Blue Line announced the lower fares on Monday.",
        "A single ticket will cost [[30 kroner]]. Passenger numbers [[rose]] by 8 percent to 410,000, and the crossing takes [[35 minutes]].",
    )),
    ({"wine": "Quinta do Val Reserva", "vintage": 2020, "region": "Dão", "country": "Portugal", "grapes": {"Touriga Nacional": "60%", "Alfrocheiro": "25%", "Jaen": "15%"}, "alcohol": "13.5%", "bottles": 8400, "aged_months_oak": 14, "price": "€16.50", "serve_at": "16-18 °C", "points": 91}, "en", (
        "This 2020 Reserva from the Dão in Portugal blends 60% Touriga Nacional with Alfrocheiro and Jaen. It spent 14 months in oak, has 13.5% alcohol and is best served at 16 to 18 °C. Only 8,400 bottles were filled.",
        "Three grapes, more than a year in oak, and 91 points: a generous red for €16.50. A case of six comes to €99.",
        "The 2020 Reserva from the [[Douro]] is made of [[70%]] Touriga Nacional. It aged for [[18 months]] in oak and has 13.5% alcohol.",
    )),
    ({"cat": "Mochi", "age_years": 3, "sex": "female", "breed": "domestic shorthair", "colour": "tortoiseshell", "weight_kg": 3.8, "vaccinated": True, "neutered": True, "good_with_children": True, "good_with_dogs": False, "fee": 95, "currency": "EUR", "shelter": "Paws of Linden", "in_shelter_since": "2025-07-22"}, "en", (
        "Mochi is a three-year-old tortoiseshell who has been with Paws of Linden since 22 July 2025. She weighs 3.8 kg, is vaccinated and neutered, and gets on well with children. She does not like dogs.",
        "Looking for a gentle companion? Mochi, a female domestic shorthair, can move in for a fee of €95.",
        "Mochi is [[five years old]] and loves children and [[dogs]]. The fee is [[€59]]. She is [[not vaccinated]].",
    )),
    ({"景点": "青崖古道", "所在地": "安徽绩溪", "全长": "7.5公里", "开放时间": "8:00-17:30", "门票": "60元", "学生票": "30元", "始建": "唐代", "最高处": "逍遥亭，海拔720米", "游览时间": "约3小时", "停车场": True, "观光车": False}, "zh", (
        "青崖古道位于安徽绩溪，始建于唐代，全长7.5公里，走完全程大约需要三个小时。景区每天早上八点开放，下午五点半关闭。门票60元，学生半价。",
        "古道最高处是海拔720米的逍遥亭。景区设有停车场，没有观光车。",
        "青崖古道始建于[[宋代]]，全长[[5.7公里]]，门票[[80元]]，学生票30元。",
    )),
    ({"车次": "G7612", "出发站": "苏州北", "到达站": "黄山北", "发车": "08:15", "到达": "11:02", "里程": "468公里", "二等座": "236元", "一等座": "378元", "停靠站": 5, "餐车": True}, "zh", (
        "G7612次列车早上8点15分从苏州北发车，11点02分到达黄山北，全程468公里，历时2小时47分钟。二等座票价236元，一等座378元。",
        "这趟车沿途停靠5站，配有餐车。一等座比二等座贵142元。",
        "G7612次列车[[9点15分]]从苏州北出发，全程[[648公里]]，二等座[[263元]]。",
    )),
    ({"书名": "长河渡口", "作者": "沈知白", "出版社": "晨星文艺出版社", "出版时间": "2025年4月", "页数": 416, "定价": "68元", "字数": "31万字", "奖项": "第九届南方小说奖", "印数": "2万册", "类别": "长篇小说"}, "zh", (
        "沈知白的长篇小说《长河渡口》于2025年4月由晨星文艺出版社推出，全书416页，31万字，定价68元，首印两万册。",
        "这部作品获得第九届南方小说奖。全书四百余页，故事跨越三代人的命运。",
        "《长河渡口》是[[沈之白]]的作品，全书[[461页]]，定价[[86元]]，获得第[[八]]届南方小说奖。",
    )),
    ({"职位": "仓储主管", "公司": "远帆物流", "城市": "宁波", "月薪": "9000至12000元", "招聘人数": 2, "经验": "3年以上", "学历": "大专", "工作时间": "每周五天，每天8小时", "年假": "10天", "食宿": "包吃不包住", "截止日期": "2026年1月31日"}, "zh", (
        "远帆物流在宁波招聘两名仓储主管，月薪9000到1.2万元。要求大专学历、三年以上经验，每周工作五天，合计40小时。报名截止到2026年1月底。",
        "公司提供工作餐，但不提供住宿，每年有十天年假。",
        "远帆物流招聘[[5名]]仓储主管，月薪[[1.5万元]]，要求[[本科]]学历，[[包吃包住]]。",
    )),
    ("台风“海葵”11日凌晨在石浦沿海登陆，登陆时中心附近最大风力12级。截至11日18时，全市转移群众4.6万人，关闭景区58处，取消航班112架次。气象台台长陆青表示，预计12日夜间风力减弱，累计雨量将达180至240毫米。", "zh", (
        "台风“海葵”11日凌晨登陆石浦沿海，中心附近最大风力达12级。到当天下午六点，全市已转移4.6万人，58处景区关闭，112架次航班取消。",
        "气象台台长陆青预计，12日夜间风力将减弱，累计雨量最多可达240毫米。",
        "台风在[[12日]]凌晨登陆，最大风力[[14级]]，全市转移群众[[6.4万人]]。",
    )),
    ({"品名": "晨露保温杯", "品牌": "禾木", "容量": "480毫升", "材质": "316不锈钢", "重量": "265克", "保温": "12小时", "保冷": "24小时", "颜色": ["雾蓝", "奶白", "樱粉"], "价格": "129元", "可放洗碗机": False, "质保": "1年"}, "zh", (
        "禾木晨露保温杯容量480毫升，采用316不锈钢，保温12小时，保冷一整天。雾蓝、奶白、樱粉三色可选，售价129元，质保一年。",
        "杯身只重265克，出门随手带上就走。注意不能放进洗碗机。买两只共258元。",
        "晨露保温杯容量[[580毫升]]，采用[[304不锈钢]]，保温[[24小时]]，[[可放洗碗机]]。",
    )),
    ({"赛事": "省城市足球联赛第6轮", "主队": "江州队", "客队": "白鹭队", "比分": "2:1", "时间": "2025年9月20日19:30", "球场": "江州奥体中心", "观众": 28600, "进球": [{"球员": "周野", "分钟": 23}, {"球员": "罗一鸣", "分钟": 67}, {"球员": "何川", "分钟": 81}]}, "zh", (
        "9月20日晚，江州队在江州奥体中心以2:1战胜白鹭队，28600名球迷到场观战。周野在第23分钟首开纪录。",
        "省城市足球联赛第六轮，江州队主场2比1取胜，收获三分。现场观众近2.9万人。",
        "江州队以[[3:1]]战胜白鹭队，现场观众[[26800]]人，比赛在[[9月21日]]进行。",
    )),
    ("华远乳业11月25日披露，前三季度营业收入128.4亿元，同比下降4.5%；归母净利润9.6亿元，上年同期为8亿元。公司董事长魏岚称，奶粉业务收入占比已升至四分之一，线上渠道贡献了三成销售额。公司拟每10股派发现金红利2.5元。", "zh", (
        "华远乳业前三季度实现营业收入128.4亿元，比上年同期减少4.5%，但净利润增长两成，达到9.6亿元。",
        "魏岚表示，奶粉收入占到25%，线上渠道约占销售额的30%。公司计划每股派现0.25元。",
        "华远乳业营业收入同比[[增长]]4.5%，净利润[[6.9亿元]]，线上渠道贡献了[[四成]]销售额。",
    )),
    ({"菜名": "番茄牛腩", "份量": "3人份", "用时": "90分钟", "食材": ["牛腩600克", "番茄4个", "洋葱1个", "姜5片", "八角2颗"], "难度": "中等", "热量": "每份420千卡"}, "zh", (
        "这道番茄牛腩够三个人吃，从准备到上桌大约一个半小时。需要牛腩600克、番茄四个、洋葱一个、姜五片和两颗八角。每份420千卡。",
        "牛腩一斤二两，配上四个番茄慢慢炖，酸甜开胃。平均每人200克牛肉，吃得很满足。",
        "番茄牛腩是[[4人份]]，用时[[60分钟]]，需要牛腩[[800克]]。",
    )),
    ({"展览": "丝路瓷影", "地点": "长乐博物馆二楼展厅", "展期": "2025年12月6日至2026年3月8日", "展品": "216件", "一级文物": "18件", "门票": "免费，需预约", "开放": {"周二至周日": "9:00-17:00", "周一": "闭馆"}, "讲解": "每天10:30、14:30两场", "策展人": "顾怀远"}, "zh", (
        "“丝路瓷影”在长乐博物馆二楼展厅展出216件展品，其中一级文物18件。展览从2025年12月6日持续到2026年3月8日，免费参观，但需提前预约。",
        "博物馆周一闭馆，其余时间上午九点开门，下午五点闭馆。每天有两场讲解，分别在上午十点半和下午两点半。策展人是顾怀远。",
        "展览共有[[261件]]展品，其中一级文物[[28件]]，[[周三]]闭馆，门票[[20元]]。",
    )),
    ({"小区": "锦澜花园", "物业费": "2.8元/平方米/月", "户数": 1260, "绿化率": "36%", "建成": "2014年", "车位": 980, "电梯": True, "楼栋": 12, "学校": "距实验小学600米", "管家": "吴敏"}, "zh", (
        "锦澜花园2014年建成，共12栋楼、1260户，绿化率36%。物业费每平方米每月2.8元，100平方米的房子每月280元。小区有980个车位。",
        "实验小学就在600米外，步行可达。楼内配有电梯，物业管家是吴敏。",
        "锦澜花园建成于[[2004年]]，共[[1620户]]，绿化率[[46%]]，距实验小学[[1公里]]。",
    )),
    ("云栖县今年秋粮喜获丰收。县农业局副局长田勇11月3日介绍，全县水稻种植面积23.5万亩，比去年增加1.2万亩，平均亩产586公斤，同比提高3%。全县有农机合作社74家，机收率达到92%。", "zh", (
        "田勇介绍，云栖县今年水稻种植面积达23.5万亩，去年为22.3万亩。平均亩产586公斤，比上年提高百分之三。",
        "全县74家农机合作社投入秋收，机械化收割率达92%。",
        "云栖县水稻种植面积[[25.3万亩]]，平均亩产[[568公斤]]。县农业局[[局长]]田勇表示，机收率达到92%。",
    )),
    ({"民宿": "半山听雨", "位置": "莫干山劳岭村", "房间": 9, "房价": {"平日": "780元", "周末": "1080元"}, "早餐": "含双早", "宠物": "可带", "退房": "12:00", "泳池": False, "接站": "德清高铁站免费接送", "评分": 4.9, "评论数": 312}, "zh", (
        "半山听雨位于莫干山劳岭村，只有9间房，平日780元，周末1080元，均含双早。可以带宠物，德清高铁站免费接送。",
        "住客打出4.9分的好评，共有三百多条评论。中午十二点前退房。民宿没有泳池。",
        "半山听雨有[[19间房]]，周末房价[[980元]]，[[不可带宠物]]，退房时间是[[下午两点]]。",
    )),
    ({"茶名": "松溪岩茶", "产地": "福建松溪", "等级": "特级", "净含量": "250克", "采摘": "2025年春", "海拔": "800米", "价格": "198元", "保质期": "18个月", "冲泡": "95℃，每次8克", "包装": "铁罐"}, "zh", (
        "松溪岩茶产自福建松溪海拔800米的茶园，2025年春季采摘，特级品质。铁罐装250克，售价198元，保质期一年半。",
        "冲泡时水温以95℃为宜，每次取8克，一罐大约能泡三十次。",
        "松溪岩茶产自[[浙江]]松溪，净含量[[200克]]，售价[[168元]]，保质期[[24个月]]。",
    )),
)  # fmt: skip
