"""The Chinese sentence of every measure; the notation is composer_en's."""

from magicai.shops.report.composer_en import Sentences
from magicai.shops.report.facts import Measure


def _named(words: str) -> tuple[str, ...]:
    """The same with all names, with the first few, and with none."""
    return f"{words}：{{names}}。", f"{words}，包括{{some}}等。", f"{words}。"


SENTENCES: Sentences = {
    Measure.PRODUCTS: (
        "该店共有{count}件商品，分属{categories}个类目，来自{brands}个品牌。",
        "该店共有{count}件商品，分属{categories}个类目。",
        "该店共有{count}件商品，来自{brands}个品牌。",
        "该店共有{count}件商品。",
    ),
    Measure.NO_PRODUCTS: (
        "[count=0] 该店没有任何页面能够读取。",
        "在该店读取的{count}个页面上没有找到商品。",
        "没有在该店找到商品。",
    ),
    Measure.LARGEST_CATEGORY: ("最大的类目是{subject}，在{of}件商品中占{count}件。",),
    Measure.NO_PRICES: ("[of=1] 唯一的商品没有标价。", "{of}件商品都没有标价。"),
    Measure.UNPRICED: ("{of}件商品中有{count}件没有标价。",),
    Measure.NO_CURRENCY: ("{of}件商品中有{count}件的标价没有注明货币。",),
    Measure.CURRENCIES: (
        "{count0}件商品以{name0}标价，{count1}件以{name1}标价，{count2}件以{name2}标价。",
        "{count0}件商品以{name0}标价，{count1}件以{name1}标价。",
    ),
    Measure.MEDIAN_PRICE: (
        "[count=1] 唯一以{currency}标价的商品售价{median}。",
        "在{count}件以{currency}标价的商品中，价格中位数为{median}。",
        "[count=1] 唯一有标价的商品售价{median}。",
        "在{count}件有标价的商品中，价格中位数为{median}。",
    ),
    Measure.AVERAGE_PRICE: ("以{currency}标价的商品，平均价格为{average}。", "商品的平均价格为{average}。"),
    Measure.MIDDLE_HALF: (
        "以{currency}标价的商品中，居中一半的价格在{low}与{high}之间。",
        "居中一半的价格在{low}与{high}之间。",
    ),
    Measure.CHEAPEST: (
        "以{currency}标价的商品中，最便宜的是{subject}，售价{price}。",
        "最便宜的商品是{subject}，售价{price}。",
    ),
    Measure.DEAREST: (
        "以{currency}标价的商品中，最贵的是{subject}，售价{price}。",
        "最贵的商品是{subject}，售价{price}。",
    ),
    Measure.LOWEST_PRICE: (
        "以{currency}标价的商品中，最低价格为{price}，共有{count}件商品是这个价格。",
        "最低价格为{price}，共有{count}件商品是这个价格。",
    ),
    Measure.HIGHEST_PRICE: (
        "以{currency}标价的商品中，最高价格为{price}，共有{count}件商品是这个价格。",
        "最高价格为{price}，共有{count}件商品是这个价格。",
    ),
    Measure.HIGHEST_CATEGORY: (
        "以{currency}标价的商品中，价格中位数最高的类目是{subject}，为{median}。",
        "价格中位数最高的类目是{subject}，为{median}。",
    ),
    Measure.LOWEST_CATEGORY: (
        "以{currency}标价的商品中，价格中位数最低的类目是{subject}，为{median}。",
        "价格中位数最低的类目是{subject}，为{median}。",
    ),
    Measure.IN_STOCK: ("在{of}件注明库存的商品中，{count}件有货。",),
    Measure.ALL_IN_STOCK: ("[of=1] 唯一注明库存的商品有货。", "{of}件注明库存的商品全部有货。"),
    Measure.NONE_IN_STOCK: ("[of=1] 唯一注明库存的商品没有现货。", "{of}件注明库存的商品都没有现货。"),
    Measure.STOCK_UNKNOWN: ("{of}件商品中有{count}件没有注明是否有货。",),
    Measure.NO_STOCK_STATED: ("[of=1] 唯一的商品没有注明是否有货。", "{of}件商品都没有注明是否有货。"),
    Measure.SCARCEST_CATEGORY: (
        "[count=0][of=1] {subject}中唯一注明库存的商品没有现货。",
        "[count=0] {subject}中{of}件注明库存的商品都没有现货。",
        "有货比例最低的类目是{subject}，{of}件注明库存的商品中有{count}件有货。",
    ),
    Measure.DISCOUNTED: ("[of=1] 唯一有标价的商品正在打折。", "在{of}件有标价的商品中，{count}件正在打折。"),
    Measure.MEDIAN_DISCOUNT: (
        "在以{currency}标价的打折商品中，折扣幅度的中位数为{percent}。",
        "打折商品的折扣幅度中位数为{percent}。",
    ),
    Measure.DEEPEST_DISCOUNT: ("折扣幅度最大的商品是{subject}，原价{old}，现价{new}，折扣幅度为{percent}。",),
    Measure.NO_DISCOUNTS: ("[of=1] 唯一有标价的商品没有打折。", "{of}件有标价的商品都没有打折。"),
    Measure.FIRST_READING: ("这是首次抓取该店，下一次将显示有哪些变化。",),
    Measure.COMPARED: ("{count}件商品与截至{since}的数据作了比较。",),
    Measure.NOTHING_COMPARED: ("没有商品可以与截至{since}的数据比较。",),
    Measure.NOTHING_CHANGED: (
        "[of=1] 与截至{since}的数据相比，唯一可比较的商品没有变化。",
        "与截至{since}的数据相比，{of}件可比较的商品没有变化。",
    ),
    Measure.NEW_PRODUCTS: _named("新增了{count}件商品"),
    Measure.GONE_PRODUCTS: _named("有{count}件商品已下架"),
    Measure.DEARER: (
        "[of=1] 唯一可比较的商品涨价。",
        "在{of}件可比较的商品中，{count}件涨价。",
        "有{count}件商品涨价。",
    ),
    Measure.CHEAPER: (
        "[of=1] 唯一可比较的商品降价。",
        "在{of}件可比较的商品中，{count}件降价。",
        "有{count}件商品降价。",
    ),
    Measure.BIGGEST_RISE: ("涨幅最大的商品是{subject}，从{old}涨到{new}，涨幅为{percent}。",),
    Measure.BIGGEST_CUT: ("降幅最大的商品是{subject}，从{old}降到{new}，降幅为{percent}。",),
    Measure.SOLD_OUT: _named("有{count}件商品售罄"),
    Measure.BACK_IN_STOCK: _named("有{count}件商品恢复有货"),
    Measure.NOT_VISITED: ("已知商品中，有{count}件这次没有访问。",),
    Measure.NOT_VISITED_BEFORE: ("有{count}件商品可能是新品，因为上次没有读取其所在的页面。",),
    Measure.TOP_BRAND: ("商品最多的品牌是{subject}，共有{count}件商品。",),
    Measure.SHARED_BRANDS: ("有{brands}个品牌出现在多个类目中。",),
    Measure.SHARED_BRAND: (
        "{subject}出现在{categories}个类目（{names}）中，共有{count}件商品。",
        "{subject}出现在{categories}个类目中，共有{count}件商品。",
    ),
    Measure.BOTH_SELL: (
        "[of=1][count=1] 贵方目录中唯一的商品该店也出售。",
        "[of=1] 贵方目录中唯一的商品，在该店没有找到可比的价格。",
        "[count=0] 贵方目录的{of}件商品，在该店都没有找到可比的价格。",
        "贵方目录的{of}件商品中，该店也出售{count}件。",
    ),
    Measure.SHOP_ASKS_LESS: (
        "[of=1] 双方都出售的唯一商品，该店比贵方便宜{percent}以上。",
        "在双方都出售的{of}件商品中，该店有{count}件比贵方便宜{percent}以上。",
        "[of=1] 双方都出售的唯一商品，该店比贵方便宜。",
        "在双方都出售的{of}件商品中，该店有{count}件比贵方便宜。",
    ),
    Measure.SHOP_ASKS_MORE: (
        "[of=1] 双方都出售的唯一商品，该店比贵方贵。",
        "在双方都出售的{of}件商品中，该店有{count}件比贵方贵。",
    ),
    Measure.BIGGEST_UNDERCUT: ("该店比贵方便宜最多的商品是{subject}，低{percent}：该店{new}，贵方{old}。",),
    Measure.SOLD_OUT_THERE: (
        "贵方也出售的商品中，该店有{count}件售罄：{names}。",
        "贵方也出售的商品中，该店有{count}件售罄，包括{some}。",
        "贵方也出售的商品中，该店有{count}件售罄。",
    ),
    Measure.MAYBE_THE_SAME: ("贵方目录中另有{count}件商品该店可能也出售，已列出待核对。",),
    Measure.PAGES_READ: ("本报告读取了{count}个页面。",),
    Measure.PAGES_UNCHANGED: ("有{count}个页面自上次抓取以来没有变化。",),
    Measure.PAGES_REFUSED: ("有{count}个页面拒绝访问。",),
    Measure.PAGES_FAILED: ("有{count}个页面未能加载。",),
    Measure.COVERAGE: ("已知的商品页面中，{percent}已经读取。",),
    Measure.PROBLEMS: ("遇到了{count}个问题，列在下面。",),
}
