"""The report's fixed words: headings, labels, notes; sentences are the composers'."""

import re
from dataclasses import dataclass

from magicai.shops.analysis import ChangeKind
from magicai.shops.product import Availability
from magicai.shops.report.facts import Measure, Section
from magicai.shops.report.numerals import Language

_AGREES = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said around the facts, in one language; `{}` is filled in, `[one|many]` agrees with it."""

    language_tag: str
    eyebrow: str
    title: str
    shops: str
    read_at: str
    compared_with: str
    findings: str
    changed_since: str
    and_more: str
    more_products: str
    sections: dict[Section, str]
    basis_products: str
    basis_priced: str
    basis_known_stock: str
    basis_compared: str
    basis_catalogue: str
    basis_pages: str
    labels: dict[Measure, str]
    products: str
    product: str
    price: str
    list_price: str
    stock: str
    brand: str
    category: str
    categories: str
    currency: str
    count: str
    priced: str
    average: str
    median: str
    low: str
    high: str
    q1: str
    q3: str
    discounted: str
    median_discount: str
    in_stock: str
    not_in_stock: str
    stock_unknown: str
    change: str
    old: str
    new: str
    difference: str
    page: str
    problem: str
    way_out: str
    problems: str
    ours: str
    theirs: str
    all_matched: str
    availability: dict[Availability, str]
    changes: dict[ChangeKind, str]
    changed: dict[ChangeKind, str]
    chart_prices: str
    chart_prices_note: str
    chart_log: str
    chart_stock: str
    chart_stock_note: str
    chart_discounts: str
    chart_discounts_note: str
    chart_changes: str
    chart_changes_note: str
    as_table: str
    all_products: str
    first_products: str
    more_rows: str
    all_changes: str
    all_brands: str
    shared_brands: str
    none: str
    written_by_composer: str
    written_by_model: str
    made_by: str


_EN = Words(
    language_tag="en-GB",
    eyebrow="Competitor report",
    title="Competitor report: {}",
    shops="{} shops",
    read_at="Crawled {}",
    compared_with="compared with {}",
    findings="Main findings",
    changed_since="What changed since {}",
    and_more="and {} more",
    more_products="and {} more",
    sections={
        Section.RANGE: "Range",
        Section.PRICES: "Prices",
        Section.STOCK: "Stock",
        Section.DISCOUNTS: "Discounts",
        Section.CHANGES: "Changes",
        Section.BRANDS: "Brands",
        Section.OWN: "Your catalogue",
        Section.READING: "Coverage",
    },
    basis_products="From {} [product|products]",
    basis_priced="From {} [product|products] with a price",
    basis_known_stock="From {} [product|products] with a known stock status",
    basis_compared="From {} [product|products] compared",
    basis_catalogue="From {} [product|products] in your catalogue",
    basis_pages="From {} [page|pages]",
    labels={
        Measure.PRODUCTS: "[product|products]",
        Measure.NO_PRODUCTS: "products found",
        Measure.LARGEST_CATEGORY: "in the largest category",
        Measure.NO_PRICES: "prices shown",
        Measure.UNPRICED: "without a price",
        Measure.NO_CURRENCY: "without a currency",
        Measure.MEDIAN_PRICE: "median price",
        Measure.AVERAGE_PRICE: "average price",
        Measure.CHEAPEST: "cheapest product",
        Measure.DEAREST: "most expensive product",
        Measure.LOWEST_PRICE: "lowest price",
        Measure.HIGHEST_PRICE: "highest price",
        Measure.HIGHEST_CATEGORY: "highest category median",
        Measure.LOWEST_CATEGORY: "lowest category median",
        Measure.IN_STOCK: "in stock",
        Measure.ALL_IN_STOCK: "in stock",
        Measure.NONE_IN_STOCK: "in stock",
        Measure.STOCK_UNKNOWN: "without a stock status",
        Measure.DISCOUNTED: "discounted",
        Measure.MEDIAN_DISCOUNT: "median discount",
        Measure.DEEPEST_DISCOUNT: "deepest discount",
        Measure.COMPARED: "compared",
        Measure.NOTHING_CHANGED: "changes",
        Measure.NEW_PRODUCTS: "new [product|products]",
        Measure.GONE_PRODUCTS: "[product|products] gone",
        Measure.DEARER: "price increases",
        Measure.CHEAPER: "price cuts",
        Measure.BIGGEST_RISE: "largest price increase",
        Measure.BIGGEST_CUT: "largest price cut",
        Measure.SOLD_OUT: "sold out",
        Measure.BACK_IN_STOCK: "back in stock",
        Measure.NOT_VISITED: "not visited",
        Measure.NOT_VISITED_BEFORE: "possibly new",
        Measure.TOP_BRAND: "[product|products] from the top brand",
        Measure.SHARED_BRANDS: "[brand|brands] in several categories",
        Measure.BOTH_SELL: "in both catalogues",
        Measure.SHOP_ASKS_LESS: "cheaper in this shop",
        Measure.SHOP_ASKS_MORE: "more expensive in this shop",
        Measure.PAGES_REFUSED: "[page|pages] refused",
        Measure.PAGES_FAILED: "[page|pages] failed",
        Measure.COVERAGE: "coverage",
        Measure.PROBLEMS: "[problem|problems]",
    },
    products="Products",
    product="Product",
    price="Price",
    list_price="List price",
    stock="Stock",
    brand="Brand",
    category="Category",
    categories="Categories",
    currency="Currency",
    count="Products",
    priced="With a price",
    average="Average",
    median="Median",
    low="Lowest",
    high="Highest",
    q1="Lower quartile",
    q3="Upper quartile",
    discounted="Discounted",
    median_discount="Median discount",
    in_stock="In stock",
    not_in_stock="Not in stock",
    stock_unknown="Not stated",
    change="Change",
    old="Before",
    new="Now",
    difference="Difference",
    page="Where",
    problem="Problem",
    way_out="What to do",
    problems="Problems",
    ours="Your price",
    theirs="Their price",
    all_matched="Products at different prices",
    availability={
        Availability.IN_STOCK: "in stock",
        Availability.OUT_OF_STOCK: "out of stock",
        Availability.PREORDER: "pre-order",
        Availability.BACKORDER: "backorder",
        Availability.UNKNOWN: "not stated",
    },
    changes={
        ChangeKind.NEW: "New",
        ChangeKind.GONE: "Gone",
        ChangeKind.DEARER: "Price increase",
        ChangeKind.CHEAPER: "Price cut",
        ChangeKind.SOLD_OUT: "Sold out",
        ChangeKind.BACK: "Back in stock",
    },
    changed={
        ChangeKind.NEW: "New",
        ChangeKind.GONE: "Gone",
        ChangeKind.DEARER: "Price increases",
        ChangeKind.CHEAPER: "Price cuts",
        ChangeKind.SOLD_OUT: "Sold out",
        ChangeKind.BACK: "Back in stock",
    },
    chart_prices="Prices by category, in {}",
    chart_prices_note="Line: lowest to highest. Bar: the middle half. Tick: the median.",
    chart_log="The scale is logarithmic.",
    chart_stock="Stock by category",
    chart_stock_note="Number of products in stock, not in stock, and without a stock status.",
    chart_discounts="Discounted products by category",
    chart_discounts_note="Share of products with a price whose list price is higher.",
    chart_changes="Price changes",
    chart_changes_note="Price changes since {}: the largest increases and cuts.",
    as_table="As a table",
    all_products="[The only product|All {} products]",
    first_products="The first {} of {} products. The export has them all.",
    more_rows="The first {} of {}. The export has them all.",
    all_changes="All changes",
    all_brands="All brands",
    shared_brands="Brands in several categories",
    none="–",
    written_by_composer="Every sentence is composed by code from the numbers.",
    written_by_model=(
        "{} of {} sentences were phrased by {} and checked against the numbers; code composed the others."
    ),
    made_by="Made by MagicAI. Names and prices are as the shop stated them when it was crawled.",
)

_ZH = Words(
    language_tag="zh-CN",
    eyebrow="竞品报告",
    title="竞品报告：{}",
    shops="{}家店铺",
    read_at="抓取于{}",
    compared_with="与{}比较",
    findings="主要发现",
    changed_since="自{}以来的变化",
    and_more="另有{}家",
    more_products="另有{}件",
    sections={
        Section.RANGE: "商品范围",
        Section.PRICES: "价格",
        Section.STOCK: "库存",
        Section.DISCOUNTS: "折扣",
        Section.CHANGES: "变化",
        Section.BRANDS: "品牌",
        Section.OWN: "与贵方目录比较",
        Section.READING: "覆盖情况",
    },
    basis_products="依据{}件商品",
    basis_priced="依据{}件有标价的商品",
    basis_known_stock="依据{}件注明库存的商品",
    basis_compared="依据可比较的{}件商品",
    basis_catalogue="依据贵方目录的{}件商品",
    basis_pages="依据{}个页面",
    labels={
        Measure.PRODUCTS: "件商品",
        Measure.NO_PRODUCTS: "件商品",
        Measure.LARGEST_CATEGORY: "件，最大类目",
        Measure.NO_PRICES: "件标价",
        Measure.UNPRICED: "件没有标价",
        Measure.NO_CURRENCY: "件没有注明货币",
        Measure.MEDIAN_PRICE: "价格中位数",
        Measure.AVERAGE_PRICE: "平均价格",
        Measure.CHEAPEST: "最低价商品",
        Measure.DEAREST: "最高价商品",
        Measure.LOWEST_PRICE: "最低价格",
        Measure.HIGHEST_PRICE: "最高价格",
        Measure.HIGHEST_CATEGORY: "类目中位数最高",
        Measure.LOWEST_CATEGORY: "类目中位数最低",
        Measure.IN_STOCK: "有货",
        Measure.ALL_IN_STOCK: "有货",
        Measure.NONE_IN_STOCK: "有货",
        Measure.STOCK_UNKNOWN: "件库存未知",
        Measure.DISCOUNTED: "打折",
        Measure.MEDIAN_DISCOUNT: "折扣幅度中位数",
        Measure.DEEPEST_DISCOUNT: "最大折扣",
        Measure.COMPARED: "件可比较",
        Measure.NOTHING_CHANGED: "项变化",
        Measure.NEW_PRODUCTS: "件新增",
        Measure.GONE_PRODUCTS: "件下架",
        Measure.DEARER: "涨价",
        Measure.CHEAPER: "降价",
        Measure.BIGGEST_RISE: "最大涨幅",
        Measure.BIGGEST_CUT: "最大降幅",
        Measure.SOLD_OUT: "件售罄",
        Measure.BACK_IN_STOCK: "件恢复有货",
        Measure.NOT_VISITED: "件未访问",
        Measure.NOT_VISITED_BEFORE: "件可能是新品",
        Measure.TOP_BRAND: "件，商品最多的品牌",
        Measure.SHARED_BRANDS: "个跨类目品牌",
        Measure.BOTH_SELL: "件双方都出售",
        Measure.SHOP_ASKS_LESS: "件该店更便宜",
        Measure.SHOP_ASKS_MORE: "件该店更贵",
        Measure.PAGES_REFUSED: "个页面拒绝访问",
        Measure.PAGES_FAILED: "个页面未能加载",
        Measure.COVERAGE: "覆盖率",
        Measure.PROBLEMS: "个问题",
    },
    products="商品",
    product="商品",
    price="价格",
    list_price="原价",
    stock="库存",
    brand="品牌",
    category="类目",
    categories="类目",
    currency="货币",
    count="商品数",
    priced="有标价",
    average="平均",
    median="中位数",
    low="最低",
    high="最高",
    q1="下四分位",
    q3="上四分位",
    discounted="打折",
    median_discount="折扣中位数",
    in_stock="有货",
    not_in_stock="无现货",
    stock_unknown="未注明",
    change="变化",
    old="之前",
    new="现在",
    difference="差额",
    page="位置",
    problem="问题",
    way_out="处理办法",
    problems="问题",
    ours="贵方价格",
    theirs="该店价格",
    all_matched="价格不同的商品",
    availability={
        Availability.IN_STOCK: "有货",
        Availability.OUT_OF_STOCK: "缺货",
        Availability.PREORDER: "预售",
        Availability.BACKORDER: "可预订",
        Availability.UNKNOWN: "未注明",
    },
    changes={
        ChangeKind.NEW: "新增",
        ChangeKind.GONE: "下架",
        ChangeKind.DEARER: "涨价",
        ChangeKind.CHEAPER: "降价",
        ChangeKind.SOLD_OUT: "售罄",
        ChangeKind.BACK: "恢复有货",
    },
    changed={
        ChangeKind.NEW: "新增",
        ChangeKind.GONE: "下架",
        ChangeKind.DEARER: "涨价",
        ChangeKind.CHEAPER: "降价",
        ChangeKind.SOLD_OUT: "售罄",
        ChangeKind.BACK: "恢复有货",
    },
    chart_prices="各类目价格（{}）",
    chart_prices_note="细线：最低到最高；粗条：居中一半；短竖线：中位数。",
    chart_log="对数刻度。",
    chart_stock="各类目库存",
    chart_stock_note="商品数量：有货、无现货、未注明。",
    chart_discounts="各类目打折商品",
    chart_discounts_note="有标价的商品中，原价高于现价的比例。",
    chart_changes="价格变化",
    chart_changes_note="自{}以来幅度最大的涨价和降价。",
    as_table="以表格查看",
    all_products="全部{}件商品",
    first_products="前{}件，共{}件商品；其余见导出文件。",
    more_rows="前{}项，共{}项；其余见导出文件。",
    all_changes="全部变化",
    all_brands="全部品牌",
    shared_brands="跨类目的品牌",
    none="–",
    written_by_composer="所有句子均由程序根据数据写成。",
    written_by_model="{}句（共{}句）由{}改写，并与数据核对；其余由程序写成。",
    made_by="由 MagicAI 生成。名称和价格以店铺在抓取时的标示为准。",
)

_WORDS: dict[Language, Words] = {"en": _EN, "zh": _ZH}


def words_of(language: Language) -> Words:
    """The report's words in that language."""
    return _WORDS[language]


def agreed(text: str, number: int) -> str:
    """The text with every `[one|many]` in it as it stands after a number."""
    return _AGREES.sub(lambda forms: forms[1] if number == 1 else forms[2], text)
