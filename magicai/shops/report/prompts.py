"""What a language model is told: the task, examples of how a sentence turns, and the sentence.

All but the sentence is the same for a whole pass over the report, so that a server keeps its state after it. There are
two sets of examples, since a small model turns only what resembles one.
"""

from magicai.ports import Message
from magicai.shops.report.numerals import Language
from magicai.shops.report.sentence import Sentence

Examples = tuple[tuple[str, str], ...]

_TASK: dict[Language, str] = {
    "en": (
        "You rewrite one sentence of a report in other words. Copy every number, amount, date and name exactly. "
        "Keep the meaning exactly: add nothing, leave nothing out. Answer with that one sentence."
    ),
    "zh": (
        "请把报告里的一句话换一种说法。数字、金额、日期和名称必须原样照抄，意思完全不变，不增加内容，也不遗漏内容。"
        "只回答这一句话。"
    ),
}
_EXAMPLES: dict[Language, tuple[Examples, Examples]] = {
    "en": (
        (
            (
                "The shop lists 80 products in 4 categories.",
                "In total, 80 products in 4 categories are listed by the shop.",
            ),
            ("5 of the 60 products show no price.", "Of the 60 products, 5 show no price."),
            (
                "The most expensive product priced in Swiss francs is PRODUCT-A, at CHF99.00.",
                "At CHF99.00, PRODUCT-A is the most expensive product priced in Swiss francs.",
            ),
            (
                "Of the 70 products that could be compared, 8 have become cheaper.",
                "8 of the 70 products that could be compared have become cheaper.",
            ),
            ("The brand BRAND-A has the most products: 9.", "With 9, the brand BRAND-A has the most products."),
            (
                "The biggest price rise is 40%: PRODUCT-A went from £5.00 to £7.00.",
                "PRODUCT-A went from £5.00 to £7.00, which is the biggest price rise, at 40%.",
            ),
            ("7 products have returned.", "There are 7 products that have returned."),
        ),
        (
            (
                "The category CATEGORY-A is the smallest, with 4 of the 60 products.",
                "With 4 of the 60 products, the category CATEGORY-A is the smallest.",
            ),
            (
                "The middle half of the ratings in points lies between 3.2 and 4.8.",
                "The middle half of the ratings in points ranges from 3.2 to 4.8.",
            ),
            ("The average weight in grams is 320 g.", "In grams, the average weight is 320 g."),
            ("On average, a parcel weighs 320 g.", "A parcel weighs 320 g on average."),
            (
                "The category CATEGORY-A has the lowest average rating in points: 3.2.",
                "At 3.2, the category CATEGORY-A has the lowest average rating in points.",
            ),
            (
                "30 products could be matched with the list of 2 May 2025.",
                "There are 30 products that could be matched with the list of 2 May 2025.",
            ),
            ("3 known shops were not open this week.", "This week, 3 known shops were not open."),
            (
                "The brand BRAND-A appears in 2 lists (LIST-A and LIST-B), with 5 products.",
                "With 5 products, the brand BRAND-A appears in 2 lists (LIST-A and LIST-B).",
            ),
            ("40 pictures were drawn for this guide.", "For this guide, 40 pictures were drawn."),
            ("95% of the known pictures were shown.", "Of the known pictures, 95% were shown."),
        ),
    ),
    "zh": (
        (
            ("该店共有80件商品，分属4个类目。", "该店的商品共有80件，分为4个类目。"),
            ("60件商品中有5件没有标价。", "在60件商品中，没有标价的有5件。"),
            ("以英镑标价的商品中，最贵的是“商品A”，售价£99.00。", "“商品A”售价£99.00，是以英镑标价的商品中最贵的。"),
            ("有6件商品缺少图片。", "缺少图片的商品有6件。"),
            ("有3个页面需要登录。", "需要登录的页面有3个。"),
            ("商品评分的中位数为4.5。", "商品评分中位数是4.5。"),
            ("在70件可比较的商品中，8件降价。", "70件可比较的商品中有8件降价。"),
            ("商品最多的品牌是“品牌A”，共有9件商品。", "“品牌A”共有9件商品，是商品最多的品牌。"),
            (
                "涨幅最大的商品是“商品A”，从£5.00涨到£7.00，涨幅为40%。",
                "“商品A”从£5.00涨到£7.00，涨幅为40%，是涨幅最大的商品。",
            ),
        ),
        (
            ("最小的类目是“类目A”，在60件商品中占4件。", "“类目A”在60件商品中占4件，是最小的类目。"),
            ("居中一半的评分在3.2与4.8之间。", "居中一半的评分介于3.2和4.8之间。"),
            ("评分中位数最低的店铺是“店铺A”，为3.2。", "“店铺A”的评分中位数最低，为3.2。"),
            ("50件商品中有6件没有注明产地。", "在50件商品中，没有注明产地的有6件。"),
            ("在50件有评价的商品中，20件得到好评。", "50件有评价的商品中有20件得到好评。"),
            (
                "好评比例最低的类目是“类目A”，9件有评价的商品中有4件得到好评。",
                "“类目A”是好评比例最低的类目，9件有评价的商品中有4件得到好评。",
            ),
            ("补充了7件商品。", "补充的商品有7件。"),
            ("有2件商品重新包装。", "重新包装的商品有2件。"),
            ("已知店铺中，有3家这次没有营业。", "在已知店铺中，这次没有营业的有3家。"),
            ("有5个作者出现在多个书单中。", "出现在多个书单中的作者有5个。"),
            (
                "“品牌A”出现在2个书单（“书单A”和“书单B”）中，共有5件商品。",
                "“品牌A”共有5件商品，出现在2个书单（“书单A”和“书单B”）中。",
            ),
            ("本指南使用了40张图片。", "本指南共使用了40张图片。"),
            ("已知的图片中，95%已经展示。", "已经展示95%的已知图片。"),
        ),
    ),
}


def prompt(sentence: Sentence, examples: int = 0) -> list[Message]:
    """What a model is told, with neutral tokens for every crawled name.

    Args:
        examples: which set of them, 0 or 1.
    """
    messages = [Message("system", _TASK[sentence.language])]
    for given, wanted in _EXAMPLES[sentence.language][examples]:
        messages += [Message("user", given), Message("assistant", wanted)]
    return [*messages, Message("user", sentence.masked)]
