"""Honest paraphrases, written without looking at the forms that are accepted: most are, some are not."""

from magicai.shops.report.facts import Measure
from magicai.shops.report.numerals import Language

_EN: dict[Measure, list[str]] = {
    Measure.PRODUCTS: [
        "In total, the shop has 120 products from 14 brands in 6 categories.",
        "The store offers 120 products across 6 categories, made by 14 brands.",
        "There are 120 products in the shop, spread over 6 categories and 14 brands.",
        "120 products from 14 brands are listed, grouped into 6 categories.",
    ],
    Measure.LARGEST_CATEGORY: [
        "With 35 of the 120 products, CATEGORY-A is the largest category.",
        "The largest category, CATEGORY-A, holds 35 of the 120 products.",
        "Of the 120 products, 35 belong to CATEGORY-A, the largest category.",
        "CATEGORY-A, the largest category, has 35 of the 120 products.",
    ],
    Measure.UNPRICED: [
        "Of the 120 products, 10 have no price.",
        "10 out of 120 products do not show a price.",
        "There are 10 products without a price among the 120.",
        "10 of 120 products lack a price.",
    ],
    Measure.MEDIAN_PRICE: [
        "Across 110 products with a price, the median price is €24.90.",
        "The median price of the 110 priced products is €24.90.",
        "€24.90 is the median price of the 110 products that have a price.",
        "Taken over the 110 products with a price, the median price comes to €24.90.",
    ],
    Measure.AVERAGE_PRICE: [
        "A product costs €31.20 on average.",
        "The average price is €31.20.",
        "The average product price is €31.20.",
        "Products cost €31.20 on average.",
    ],
    Measure.MIDDLE_HALF: [
        "The middle half of prices ranges from €12.00 to €45.50.",
        "The middle half of all prices falls between €12.00 and €45.50.",
        "Prices in the middle half run from €12.00 to €45.50.",
    ],
    Measure.CHEAPEST: [
        "At €3.20, PRODUCT-A is the cheapest product.",
        "PRODUCT-A is the least expensive product, at €3.20.",
        "PRODUCT-A costs €3.20 and is the cheapest product.",
        "The lowest price is €3.20, for PRODUCT-A.",
    ],
    Measure.HIGHEST_CATEGORY: [
        "The highest median price is found in the category CATEGORY-A, at €310.00.",
        "At €310.00, the category CATEGORY-A has the highest median price.",
        "CATEGORY-A is the category with the highest median price, €310.00.",
        "With a median price of €310.00, the category CATEGORY-A ranks highest.",
    ],
    Measure.IN_STOCK: [
        "Of the 112 products that state their stock, 97 are in stock.",
        "97 out of the 112 products with stated stock are in stock.",
        "Among 112 products with known stock, 97 are in stock.",
        "There are 97 products in stock among the 112 that state their stock.",
    ],
    Measure.STOCK_UNKNOWN: [
        "Of the 120 products, 18 do not state whether they are in stock.",
        "18 out of 120 products do not indicate if they are in stock.",
        "The stock status of 18 of the 120 products is unknown.",
    ],
    Measure.DISCOUNTED: [
        "Of the 110 products with a price, 24 are discounted.",
        "24 out of 110 priced products are on sale.",
        "Discounts apply to 24 of the 110 products with a price.",
    ],
    Measure.MEDIAN_DISCOUNT: [
        "The median discount among discounted products is 15%.",
        "For discounted products, the median discount is 15%.",
        "Discounted products have a median discount of 15%.",
    ],
    Measure.DEEPEST_DISCOUNT: [
        "PRODUCT-A has the deepest discount, at 40%: it costs €60.00 instead of €100.00.",
        "PRODUCT-A costs €60.00 instead of €100.00, the deepest discount at 40%.",
        "At 40%, the deepest discount is on PRODUCT-A, which costs €60.00 instead of €100.00.",
    ],
    Measure.COMPARED: [
        "118 products can be compared with the readings up to 2 May 2026.",
        "There are 118 products that could be compared with the readings until May 2, 2026.",
        "A comparison with the readings up to 2 May 2026 was possible for 118 products.",
    ],
    Measure.NEW_PRODUCTS: ["There are 26 new products.", "26 products were added.", "26 new products have appeared."],
    Measure.GONE_PRODUCTS: [
        "There are 14 products that have disappeared.",
        "14 products are gone.",
        "14 products are no longer listed.",
        "14 products are no longer there.",
    ],
    Measure.DEARER: [
        "19 of the 118 products that could be compared have become more expensive.",
        "Of the 118 products compared, 19 have become dearer.",
        "Among the 118 comparable products, 19 have gone up in price.",
        "Prices rose for 19 of the 118 products that could be compared.",
    ],
    Measure.CHEAPER: [
        "23 of the 118 products compared have become cheaper.",
        "Out of 118 products that could be compared, 23 have fallen in price.",
    ],
    Measure.BIGGEST_RISE: [
        "PRODUCT-A saw the biggest price increase, 20%, going from €10.00 to €12.00.",
        "At 20%, PRODUCT-A had the biggest price rise, from €10.00 to €12.00.",
        "The largest price increase is 20%, for PRODUCT-A, which rose from €10.00 to €12.00.",
        "PRODUCT-A rose by 20%, from €10.00 to €12.00, which is the biggest price rise.",
    ],
    Measure.BIGGEST_CUT: [
        "The largest price drop is 22%: PRODUCT-A fell from €50.00 to €39.00.",
        "PRODUCT-A had the biggest price cut, at 22%, from €50.00 to €39.00.",
    ],
    Measure.SOLD_OUT: [
        "There are 13 products that have sold out.",
        "13 products are sold out.",
        "13 products are now out of stock.",
    ],
    Measure.BACK_IN_STOCK: [
        "17 products are back in stock.",
        "17 products are in stock again.",
        "There are 17 products that have come back in stock.",
    ],
    Measure.NOT_VISITED: [
        "This time, 21 known products were not visited.",
        "21 of the known products were not visited this time.",
        "There are 21 known products that were not visited this time.",
    ],
    Measure.NOT_VISITED_BEFORE: [
        "Whether 8 products are new is not known, because their pages were not read last time.",
        "8 products may be new, because their pages were not read last time.",
        "It is unknown whether 8 products are new: last time, their pages were not read.",
    ],
    Measure.TOP_BRAND: [
        "With 18 products, the brand BRAND-A has the most.",
        "The brand with the most products is BRAND-A, with 18.",
        "BRAND-A is the brand with the most products, at 18.",
    ],
    Measure.SHARED_BRANDS: [
        "There are 25 brands that appear in more than one category.",
        "25 brands are found in several categories.",
        "More than one category features 25 brands.",
    ],
    Measure.SHARED_BRAND: [
        "With 12 products, the brand BRAND-A appears in 3 categories (CATEGORY-A, CATEGORY-B and CATEGORY-C).",
        "The brand BRAND-A is found in 3 categories: CATEGORY-A, CATEGORY-B and CATEGORY-C, with 12 products.",
    ],
    Measure.PAGES_READ: [
        "For this report, 140 pages were fetched.",
        "140 pages were read for this report.",
        "This report is based on 140 pages that were fetched.",
    ],
    Measure.COVERAGE: ["Of the known product pages, 96.5% were read.", "96.5% of known product pages have been read."],
    Measure.PAGES_FAILED: [
        "22 pages failed to load.",
        "There were 22 pages that could not be loaded.",
        "It was not possible to load 22 pages.",
    ],
}
_ZH: dict[Measure, list[str]] = {
    Measure.PRODUCTS: [
        "该店一共有120件商品，分为6个类目，来自14个品牌。",
        "该店的商品共有120件，涵盖6个类目和14个品牌。",
        "店内共有120件商品，分布在6个类目，涉及14个品牌。",
    ],
    Measure.LARGEST_CATEGORY: [
        "“类目A”是最大的类目，在120件商品中占35件。",
        "120件商品中有35件属于“类目A”，是最大的类目。",
        "最大的类目“类目A”占了120件商品中的35件。",
    ],
    Measure.UNPRICED: [
        "120件商品里，有10件没有标价。",
        "有10件商品没有标价，占120件商品。",
        "在120件商品中，没有标价的有10件。",
    ],
    Measure.MEDIAN_PRICE: [
        "110件有标价的商品的价格中位数是€24.90。",
        "在110件有标价的商品中，价格中位数为€24.90。",
        "根据110件有标价的商品，价格中位数为€24.90。",
    ],
    Measure.AVERAGE_PRICE: ["商品平均价格是€31.20。", "平均每件商品售价€31.20。", "商品的平均售价为€31.20。"],
    Measure.MIDDLE_HALF: [
        "居中一半的价格介于€12.00和€45.50之间。",
        "居中的一半价格在€12.00到€45.50之间。",
        "中间一半的价格在€12.00与€45.50之间。",
    ],
    Measure.CHEAPEST: [
        "“商品A”售价€3.20，是最便宜的商品。",
        "价格最低的商品是“商品A”，售价€3.20。",
        "“商品A”是最便宜的商品，售价为€3.20。",
    ],
    Measure.HIGHEST_CATEGORY: [
        "“类目A”的价格中位数最高，为€310.00。",
        "价格中位数最高的类目是“类目A”，达到€310.00。",
        "“类目A”是价格中位数最高的类目，为€310.00。",
    ],
    Measure.IN_STOCK: [
        "112件注明库存的商品中有97件有货。",
        "注明库存的112件商品里，97件有货。",
        "在112件注明库存的商品中，有货的有97件。",
    ],
    Measure.STOCK_UNKNOWN: ["在120件商品中，18件没有注明是否有货。", "120件商品里有18件未注明库存情况。"],
    Measure.DISCOUNTED: ["110件有标价的商品中有24件打折。", "有标价的110件商品中，24件正在打折。"],
    Measure.MEDIAN_DISCOUNT: ["在打折商品中，折扣幅度的中位数是15%。", "打折商品折扣幅度的中位数为15%。"],
    Measure.DEEPEST_DISCOUNT: [
        "“商品A”的折扣幅度最大，原价€100.00，现价€60.00，折扣幅度达40%。",
        "折扣最大的商品是“商品A”，从€100.00降到€60.00，折扣幅度为40%。",
    ],
    Measure.COMPARED: [
        "可以与截至2026年5月2日的读取结果比较的商品有118件。",
        "有118件商品可以和截至2026年5月2日的读取结果进行比较。",
    ],
    Measure.NEW_PRODUCTS: ["有26件新增商品。", "新增商品26件。", "新上架了26件商品。"],
    Measure.GONE_PRODUCTS: ["14件商品已经消失。", "已经消失的商品有14件。", "有14件商品不再出现。"],
    Measure.DEARER: [
        "118件可比较的商品中有19件涨价。",
        "可比较的118件商品里，19件涨价了。",
        "在118件可比较的商品中，有19件价格上涨。",
    ],
    Measure.CHEAPER: ["118件可比较的商品中有23件降价。", "在118件可比较的商品里，有23件降价了。"],
    Measure.BIGGEST_RISE: [
        "“商品A”从€10.00涨到€12.00，涨幅为20%，是涨幅最大的商品。",
        "“商品A”涨幅最大，从€10.00涨到€12.00，涨幅20%。",
        "涨幅最大的是“商品A”，价格从€10.00上涨到€12.00，涨幅达20%。",
    ],
    Measure.BIGGEST_CUT: [
        "“商品A”降幅最大，从€50.00降到€39.00，降幅为22%。",
        "降幅最大的是“商品A”，由€50.00降至€39.00，降幅22%。",
    ],
    Measure.SOLD_OUT: ["13件商品已售罄。", "售罄的商品有13件。", "有13件商品卖完了。"],
    Measure.BACK_IN_STOCK: ["17件商品重新有货。", "重新有货的商品有17件。", "有17件商品恢复有货。"],
    Measure.NOT_VISITED: ["这次有21件已知商品没有访问。", "21件已知商品这次未访问。"],
    Measure.NOT_VISITED_BEFORE: ["8件商品无法得知是否为新品，因为上次没有读取其所在的页面。"],
    Measure.TOP_BRAND: ["“品牌A”共有18件商品，是商品最多的品牌。", "“品牌A”是商品最多的品牌，共18件。"],
    Measure.SHARED_BRANDS: ["25个品牌出现在多个类目中。", "有25个品牌分布在多个类目。"],
    Measure.SHARED_BRAND: [
        "“品牌A”共有12件商品，出现在3个类目中：“类目A”、“类目B”和“类目C”。",
        "“品牌A”分布在3个类目（“类目A”、“类目B”、“类目C”），共12件商品。",
    ],
    Measure.PAGES_READ: ["本报告共读取了140个页面。", "本报告读取的页面有140个。"],
    Measure.COVERAGE: ["96.5%的已知商品页面已经读取。", "已读取96.5%的已知商品页面。"],
    Measure.PAGES_FAILED: ["22个页面加载失败。", "无法加载的页面有22个。"],
}

PARAPHRASED: dict[Language, dict[Measure, list[str]]] = {"en": _EN, "zh": _ZH}
