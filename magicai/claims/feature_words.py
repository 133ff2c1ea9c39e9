"""Features that many inputs have under one key or another, and how texts speak of them."""

import re
from collections.abc import Mapping

_GENERIC = "is has have with for good restaurants restaurant business accepts offers allowed available the a an supports support provides feature features includes enabled can"
GENERIC_KEYS = frozenset(_GENERIC.split())

# Name: the keys, what a text says of it, and whether the words alone are a claim where the input has no such key.
_LISTED: Mapping[str, tuple[str, str, bool]] = {
    "takeout": (r"(?:restaurants|offers)?take-?(?:out|away)|外卖|外带", r"\btake[- ]?(?:outs?|away)\b|\bcarry[- ]?out\b|\bto[- ]go (?:orders|options?|service)\b|外带|外卖|打包带走", True),
    "delivery": (r"(?:restaurants|offers|has)?delivery|外送", r"\bdelivery (?:service|option)s?\b|\b(?:offers?|provides?|and|or|for|has|no|not|n't offer|takeout,|takeaway,) (?:home )?delivery\b(?! (?:time|window|cost|charge|fee|date))|外送|送餐", False),
    "reservations": (r"(?:restaurants|accepts|takes)?reservations?|预订|预约", r"\breservations?\b|\bbook(?:ing)? (?:a )?tables?\b|预订|订位|预约", True),
    "outdoor seating": (r"(?:has)?outdoor(?:seating|dining)|户外座位", r"\boutdoor (?:seat(?:ing|s)|dining|tables|patio|area|space)\b|\bpatio\b|\bal ?fresco\b|\bseating outdoors\b|\bdine outdoors\b|\boutdoors\b|户外座位|露天座?位?", True),
    "wifi": (r"(?:has|free)?wi-?fi", r"\bwi-?fi\b|\bwireless internet\b|无线网络|无线上网", True),
    "parking": (r"(?:has|business)?parking|停车(?:位|场)?", r"(?<!valet )(?<!garage )(?<!street )(?<!lot )(?<!bike )(?<!validated )\bparking\b|停车", True),
    "garage": (r"garage", r"\b(?:parking )?garage\b", False),
    "street parking": (r"street", r"\b(?:on-?)?street parking\b|\bparking (?:is available )?on the street\b", False),
    "valet": (r"valet", r"\bvalet\b", True),
    "validated": (r"validated", r"\bvalidated\b", False),
    "parking lot": (r"lot", r"\b(?:parking |private )lot\b|\blot parking\b|\bparking is available in (?:a|the|its) lot\b|\b(?:and|or) lot\b", False),
    "groups": (r"(?:restaurants)?(?:goodforgroups|groups)", r"\b(?:large |big )?groups?\b(?! of (?:companies|friends who))|\blarge(?:r)? parties\b|团体|聚餐", False),
    "kids": (r"(?:goodfor)?(?:kids|children)|(?:kid|child|family)friendly", r"\b(?:kids?|child|children|family)[- ]friendly\b|\bsuitable for (?:the whole )?famil(?:y|ies)\b|\bfamil(?:y|ies) (?:are )?welcome\b|\bwelcom\w+ famil(?:y|ies)\b|\b(?:good|suitable|great) for (?:kids|children|families)\b|适合儿童|亲子", True),
    "live music": (r"live(?:music)?", r"\blive music\b|\blive bands?\b|\blive performances?\b|现场音乐|驻唱", True),
    "dj": (r"dj", r"\bDJs?\b", True),
    "karaoke": (r"karaoke", r"\bkaraoke\b", True),
    "jukebox": (r"jukebox", r"\bjukebox\b", True),
    "background music": (r"backgroundmusic", r"\bbackground music\b", False),
    "tv": (r"(?:has)?tvs?", r"\bTVs?\b|\btelevisions?\b", False),
    "wheelchair": (r"(?:is)?wheelchair(?:accessible|access)?|accessible|无障碍", r"\bwheelchairs?\b|\bstep-free\b|无障碍|轮椅", True),
    "credit cards": (r"(?:business)?(?:accepts?)?(?:credit)?cards?(?:accepted)?", r"\bcredit cards?\b|\bcash[- ]only\b|\bonly (?:accepts? |takes? )?cash\b|信用卡|刷卡", True),
    "pets": (r"(?:dogs?|pets?)(?:allowed|friendly|welcome)?|(?:allows|accepts)(?:dogs|pets)|(?:可带|可携带)?宠物(?:友好)?", r"\b(?:dog|pet)[- ]friendly\b|\b(?:dogs|pets) (?:are )?(?:welcome|allowed)\b|\b(?:allows?|welcomes?|permits?) (?:dogs|pets)\b|\b(?:allow|welcome|permit) (?:dogs|pets)\b|宠物(?:友好|入住|进店)|[携可]带宠物|接受宠物|允许宠物", True),
    "catering": (r"(?:has|does)?cater(?:s|ing)", r"\bcater(?:s|ing)\b", True),
    "bike parking": (r"bikeparking", r"\bbike (?:parking|racks?)\b|\bbicycle parking\b", True),
    "happy hour": (r"(?:has)?happyhour", r"\bhappy hours?\b", True),
    "drive-through": (r"drive-?thr(?:u|ough)", r"\bdrive[- ]?thr(?:u|ough)\b", True),
    "alcohol": (r"alcohol", r"\b(?:serves?|offers?|no) (?:alcohol|liquor)\b|\bfull bar\b|\balcohol(?:ic (?:drinks|beverages))?\b|酒水", False),
    "smoking": (r"smoking(?:allowed)?", r"\bsmoking (?:is )?(?:allowed|permitted|area)\b|吸烟", True),
    "by appointment": (r"byappointmentonly", r"\bby appointment only\b", True),
    "table service": (r"(?:restaurants)?tableservice", r"\btable service\b", True),
    "waterproof": (r"(?:is)?water-?(?:proof|resistant)|防水", r"\bwater[- ]?(?:proof|resistan(?:t|ce))\b|防水", True),
    "wireless": (r"(?:is)?(?:wireless|cordless)(?:charging)?|无线(?:充电)?", r"\b(?:wireless|cordless)\b(?! internet)|无线(?!网|上)", True),
    "bluetooth": (r"(?:has)?bluetooth|蓝牙", r"\bbluetooth\b|蓝牙", True),
    "rechargeable": (r"(?:is)?rechargeable|可充电", r"\brechargeable\b|可充电", True),
    "in stock": (r"(?:is)?in-?stock|available|有货|现货", r"\bin stock\b|\bout of stock\b|\bsold out\b|现货|有货|缺货|售罄", False),
    "free shipping": (r"freeshipping|freedelivery|包邮|免运费", r"\bfree (?:shipping|delivery)\b|\b(?:ships|delivered) (?:for )?free\b|包邮|免运费|免邮", True),
    "organic": (r"(?:is)?organic|有机", r"\borganic\b|有机(?!会)", True),
    "vegan": (r"(?:is|vegan)?vegan(?:options|friendly)?|纯素", r"\bvegans?\b|纯素|素食", True),
    "vegetarian": (r"(?:is)?vegetarian(?:options)?", r"\bvegetarians?\b", True),
    "gluten-free": (r"(?:is)?gluten-?free|无麸质", r"\bgluten[- ]free\b|\bcontains? (?:gluten|wheat)\b|无麸质", True),
    "sugar-free": (r"(?:is)?sugar-?free|无糖", r"\bcontains? (?:added )?sugar\b|\bsugar[- ]free\b|\bno added sugar\b|无糖|无添加糖", True),
    "dishwasher-safe": (r"(?:is)?dishwasher-?safe|可用洗碗机|洗碗机", r"\bdishwashers?\b|洗碗机", True),
    "microwave-safe": (r"(?:is)?microwave-?safe|微波炉", r"\bmicrowav\w+\b|微波炉", True),
    "foldable": (r"(?:is)?(?:foldable|folding)|可折叠", r"\bfold(?:able|s|ing)\b|可折叠", True),
    "noise cancelling": (r"(?:active)?noisecancell?(?:ing|ation)|anc|降噪", r"\bnoise[- ]cancell?(?:ing|ation)\b|降噪", True),
    "touchscreen": (r"(?:has)?touch-?screen|触摸?屏", r"\btouch[- ]?screens?\b|触摸?屏", True),
    "handmade": (r"(?:is)?hand-?(?:made|crafted)|手工", r"\bhand[- ]?(?:made|crafted)\b|手工", True),
    "recycled": (r"(?:is)?recycl(?:ed|able)|可回收", r"\brecycl(?:ed|able)\b|可回收|再生材料", True),
    "machine washable": (r"(?:is)?machine-?wash(?:able)?|机洗", r"\bmachine[- ]wash(?:able)?\b|机洗", True),
    "adjustable": (r"(?:is)?adjustable|可调节?", r"\badjustable\b|可调节", True),
    "air conditioning": (r"(?:has)?air-?condition(?:ing|ed)", r"\bair[- ]condition(?:ing|ed)\b", True),
    "gym": (r"(?:has)?gym|健身房", r"\b(?:fitness cent(?:er|re)|gym)\b|健身房", True),
    "pool": (r"(?:has)?(?:swimming)?pool|泳池", r"\b(?:swimming )?pool\b|泳池", True),
    "breakfast included": (r"breakfast(?:included)?|含早餐", r"\bbreakfast (?:is )?included\b|\bfree breakfast\b|\bincludes breakfast\b|含早", True),
}  # fmt: skip
FEATURES: Mapping[str, tuple[re.Pattern[str], re.Pattern[str], bool]] = {
    name: (re.compile(keys), re.compile(said, re.IGNORECASE), particular)
    for name, (keys, said, particular) in _LISTED.items()
}
