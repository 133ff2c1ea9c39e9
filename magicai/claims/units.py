"""Units of measure in English and Chinese, and how they convert."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from magicai.values.currencies import CODES

PERCENT, MONEY, TIMES = "percent", "money", "times"
# Their zeros differ, so code converts none into another.
TEMPERATURES = ("celsius", "fahrenheit", "kelvin")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: what it measures, its size in that dimension's base unit, and its symbol (a currency's code or sign)."""

    dimension: str
    factor: Fraction
    name: str


def unit(text: str) -> Unit | None:
    """The unit that is written so: symbols by their case, words in any."""
    if text in _UNITS:
        return _UNITS[text]
    capital = len(text) == 1 and text.isupper()  # 5G, 3M
    return None if capital or text in _CASED else _UNITS.get(text.lower())


def convertible(one: Unit, other: Unit) -> bool:
    """Whether amounts of both can be compared."""
    if one.dimension != other.dimension:
        return False
    return one.dimension != MONEY or bool(_currencies(one.name) & _currencies(other.name))


def _currencies(name: str) -> frozenset[str]:
    return _SHARED.get(name, frozenset((name,)))


# A sign that several countries use stands for any of their currencies.
_SHARED: Mapping[str, frozenset[str]] = {
    "$": frozenset(("$", "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD")),
    "¥": frozenset(("¥", "CNY", "JPY")),
    "元": frozenset(("元", "CNY", "¥", "TWD", "HKD")),
    "kr": frozenset(("kr", "NOK", "SEK", "DKK", "ISK")),
}
_DEFINED = """
mass 1 g: g gram grams gm 克
mass 1000 kg: kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes 千克 公斤
mass 1/1000 mg: mg milligram milligrams 毫克
mass 500 斤: 斤
mass 1000000 t: tonne tonnes 吨
mass 45359237/100000 lb: lb lbs pound pounds 磅
mass 45359237/1600000 oz: oz ounce ounces 盎司
length 1 m: m metre metres meter meters 米
length 1/100 cm: cm centimetre centimetres centimeter centimeters 厘米 公分
length 1/1000 mm: mm millimetre millimetres millimeter millimeters 毫米
length 1000 km: km kms kilometre kilometres kilometer kilometers 公里 千米
length 254/10000 in: in inch inches " '' ″ ” 英寸 寸
length 3048/10000 ft: ft foot feet ' ′ 英尺
length 9144/10000 yd: yd yard yards 码
length 1609344/1000 mi: mi mile miles mileage 英里
area 1 m2: m2 sqm 平方米 平米 square_metre square_metres square_meter square_meters
area 9290304/100000000 ft2: ft2 sqft square_foot square_feet 平方英尺
area 10000 ha: ha hectare hectares 公顷
area 40468564224/10000000 acre: acre acres 英亩
volume 1 l: l L litre litres liter liters 升
volume 1/1000 ml: ml mL millilitre millilitres milliliter milliliters 毫升
volume 1/100 cl: cl centilitre centilitres
volume 3785411784/1000000000 gal: gal gallon gallons 加仑
volume 29573529/1000000000 floz: floz fluid_ounce fluid_ounces
duration 1 s: s sec secs second seconds 秒 秒钟
duration 1/1000 ms: ms millisecond milliseconds 毫秒
duration 60 min: min mins minute minutes 分钟
duration 3600 h: h hr hrs hour hours 小时 个小时 钟头
duration 86400 day: day days 天
duration 604800 week: week weeks wk wks 周 星期 个星期
months 1 month: month months mo mos 个月
months 12 year: year years yr yrs 年 周年
data 1 B: byte bytes 字节
data 1000 kB: kB KB kilobyte kilobytes
data 1000000 MB: MB megabyte megabytes
data 1000000000 GB: GB gb gigabyte gigabytes
data 1000000000000 TB: TB tb terabyte terabytes
power 1 W: W watt watts 瓦
power 1000 kW: kW KW kilowatt kilowatts 千瓦
energy 1 Wh: Wh watt-hours
energy 1000 kWh: kWh kilowatt-hours 度电
charge 1 mAh: mAh mah 毫安 毫安时
voltage 1 V: V volt volts 伏
current 1 A: amp amps ampere amperes 安培
frequency 1 Hz: Hz hertz 赫兹
frequency 1000 kHz: kHz
frequency 1000000 MHz: MHz
frequency 1000000000 GHz: GHz
pixels 1 MP: MP megapixel megapixels 像素
speed 1 km/h: km/h kph kmh 公里每小时 kilometres_an_hour kilometres_per_hour km_an_hour km_per_hour
speed 1 km/h: kilometers_an_hour kilometers_per_hour
speed 36/10 m/s: m/s metres_per_second meters_per_second metres_a_second meters_a_second 米/秒 米每秒
speed 1852/1000 kn: kn knots
flow 1 m3/h: m3/h 立方米/小时 立方米/时
speed 1609344/1000000 mph: mph miles_per_hour miles_an_hour
food 1 kcal: kcal cal calorie calories 千卡 大卡 卡路里
food 1000/4184 kJ: kJ
pressure 1 Pa: Pa 帕
pressure 1000 kPa: kPa
sound 1 dB: dB db decibel decibels 分贝
light 1 lm: lm lumen lumens 流明
kelvin 1 K: K kelvin
celsius 1 °C: °C °c ℃ 摄氏度
fahrenheit 1 °F: °F °f ℉ 华氏度
percent 1 %: % percent pct per_cent percentage percentage_points percentage_point 个百分点
times 1 x: times 倍
money 1 $: $ dollar dollars buck bucks
money 1 ¥: ¥
money 1 元: 元 块 块钱
money 1 USD: US$ us_dollar us_dollars 美元 美金
money 1 EUR: € euro euros 欧元
money 1 GBP: £ quid 英镑
money 1 CNY: CN¥ RMB rmb yuan renminbi 人民币
money 1 JPY: JP¥ yen 日元 円
money 1 HKD: HK$ 港元 港币
money 1 TWD: NT$ 台币 新台币
money 1 AUD: A$ AU$
money 1 CAD: C$ CA$
money 1 SGD: S$
money 1 INR: ₹ rupee rupees 卢比
money 1 KRW: ₩ won 韩元
money 1 CHF: Fr. franc francs 法郎
money 1 kr: kr kroner krone kronor krona kronur 克朗
money 1 BRL: R$
money 1 RUB: ₽ rouble roubles ruble rubles 卢布
money 1/100 $: cent cents
money 1/100 £: pence
"""


def _read_units() -> dict[str, Unit]:
    found: dict[str, Unit] = {code: Unit(MONEY, Fraction(1), code) for code in CODES}
    for line in _DEFINED.strip().splitlines():
        head, _, spellings = line.partition(": ")
        dimension, factor, name = head.split(" ", 2)
        for spelling in spellings.split():
            found[spelling.replace("_", " ")] = Unit(dimension, Fraction(factor), name)
    return found


_UNITS = _read_units()
# Symbols that mean something else, or nothing, in another case.
_CASED = frozenset(("MB", "KB", "kB", "GB", "TB"))
SIGNS_BEFORE = (
    "US$",
    "CN¥",
    "JP¥",
    "HK$",
    "NT$",
    "AU$",
    "CA$",
    "A$",
    "C$",
    "S$",
    "R$",
    "$",
    "¥",
    "€",
    "£",
    "₹",
    "₩",
    "₽",
)
