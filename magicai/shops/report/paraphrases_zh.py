"""Chinese paraphrases of every measure; like paraphrases_en, and without spaces."""

from magicai.shops.report.facts import Measure

_OF_GOODS = "(件|款|种)"
_GOODS = "(商品|产品)"
_N = f"{_OF_GOODS}{_GOODS}"
_OR_SHORT = f"{_OF_GOODS}[{_GOODS}]"
_IN = "(中|里|当中|之中)[，]"
_ARE = "[(共有|共|总共有|一共有|有)]"

_PRICED = "(有标价|标有价格|有价格|标明价格|标注价格)"
_STATING = "((注明|标明|标注|标示|说明)[了]库存[(状态|情况)]|库存已知|已知库存|库存已注明)"
_NO = "(没有|未|并未)"
_NO_PRICE = f"({_NO}(标价|标明价格|标注价格|标示价格|显示价格)|没有价格|无标价|无价格)"
_WHETHER = "(是否有货|是否有现货|是否有库存|库存状态|库存情况)"
_SAY_NOT = f"{_NO}(注明|标明|标注|标示|说明){_WHETHER}"
_IN_STOCK = "(有货|有现货|有库存)"
_COMPARED = "(可比较|可以比较|能够比较|能比较|可供比较|可对比|参与比较)"
_SHOP = "(该店|店内|该店铺|本店)"
_IN_CURRENCY = "(以<currency>|用<currency>|<currency>)(标价|计价|定价)"
_SCOPE = f"[[在]{_IN_CURRENCY}的{_GOODS}{_IN}]"


def _goods(number: str, which: str = "") -> str:
    """So many products, or those of them that are `which`."""
    return f"({number}{_OF_GOODS}{which}的{_GOODS}|{which}的{number}{_N})" if which else f"{number}{_N}"


def _of(which: str, do: str) -> list[str]:
    """`<of>` products that are `which`, of which `<count>` do something."""
    whole = _goods("<of>", which)
    return [
        f"[在]{whole}{_IN}{_ARE}<count>{_OR_SHORT}{do}",
        f"[在]{whole}{_IN}{do}的(有|共有|为|共)<count>{_OR_SHORT}",
        f"[在]{whole}{_IN}{do}的{_GOODS}(有|共有|为|共)<count>{_OF_GOODS}",
        f"[共有]{whole}，[其中]{_ARE}<count>{_OR_SHORT}{do}",
    ]


def _median(which: str) -> list[str]:
    """The median of `<count>` products that are `which`."""
    whole = _goods("<count>", which)
    median = "价格[的](中位数|中位价)(为|是)<median>"
    return [
        f"[在]{whole}{_IN}{median}",
        f"{whole}[，][的]{median}",
        f"{median}，(取自|来自|基于|根据){whole}[(得出|计算|计算得出)]",
        f"(根据|基于){whole}[计算][，]{median}",
        f"<median>是{whole}的价格中位数",
    ]


def _end_of_prices(cheapest: str, low: str) -> list[str]:
    """The product at one end of the prices; `low` follows `price`."""
    at = "[，](售价|价格|售价为|价格为|其售价为|其价格为)<price>"
    return [
        f"{_SCOPE}{cheapest}的[{_GOODS}]是<subject>{at}",
        f"{_SCOPE}<subject>{at}，(是|为){cheapest}的[{_GOODS}]",
        f"{_SCOPE}<subject>(是|为){cheapest}的[{_GOODS}]{at}",
        f"{_SCOPE}<subject>{cheapest}{at}",
        f"<subject>{at}，(是|为){_IN_CURRENCY}的{_GOODS}(中|里){cheapest}的[{_GOODS}]",
        f"<subject>(是|为){_IN_CURRENCY}的{_GOODS}(中|里){cheapest}的[{_GOODS}]{at}",
        f"{_SCOPE}(售价|价格)最{low}的[{_GOODS}]是<subject>{at}",
        f"{_SCOPE}<subject>{at}，(是|为)(售价|价格)最{low}的[{_GOODS}]",
        f"以<price>的(售价|价格)，<subject>(是|为){cheapest}的[{_GOODS}]",
    ]


def _shared_price(end: str) -> list[str]:
    lowest = f"(最{end}价格|最{end}价|最{end}的价格|最{end}售价)"
    return [
        f"{_SCOPE}{lowest}(为|是)<price>，{_ARE}<count>{_OR_SHORT}[都](是|为)(这个|这一|此|该)价格",
        f"{_SCOPE}{lowest}(为|是)<price>，{_ARE}<count>{_OR_SHORT}",
        f"{_SCOPE}{_ARE}<count>{_OR_SHORT}的(价格|售价)[都](是|为)<price>，(是|为){lowest}",
        f"{_SCOPE}{_ARE}<count>{_OR_SHORT}[都](是|为){lowest}<price>",
    ]


def _category_median(end: str) -> list[str]:
    median = "(价格[的]中位数|中位价格)"
    kind = "(类目|类别)"
    return [
        f"{_SCOPE}{median}最{end}的{kind}是<subject>，[(其价格|其中位数|其价格中位数|价格中位数|中位数)](为|是|达到)<median>",
        f"{_SCOPE}[{kind}]<subject>的{median}最{end}，(为|是|达到)<median>",
        f"{_SCOPE}<subject>{kind}的{median}最{end}，(为|是|达到)<median>",
        f"{_SCOPE}<subject>是{median}最{end}的{kind}，[(其中位数|中位数)](为|是)<median>",
        f"{_SCOPE}<subject>[的]{median}(为|是)<median>，是[{median}]最{end}的{kind}",
    ]


def _became(became: str) -> list[str]:
    return [
        *_of(_COMPARED, f"[[的]价格][(已|已经)]({became})[了]"),
        f"{_ARE}<count>{_N}[的价格][(已|已经)]({became})[了]",
        f"({became})的{_GOODS}{_ARE}<count>{_OF_GOODS}",
    ]


def _asks(cheaper: str) -> list[str]:
    """For so many of what both sell, the shop's price is below or above one's own."""
    both = f"(双方都出售的<of>{_N}|<of>{_OF_GOODS}双方都出售的{_GOODS})"
    return [
        f"[在]{both}{_IN}该店[有]<count>{_OR_SHORT}比贵方{cheaper}",
        f"[在]{both}{_IN}{_ARE}<count>{_OR_SHORT}该店比贵方{cheaper}",
        f"该店{_ARE}<count>{_N}比贵方{cheaper}，双方都出售的{_GOODS}共有<of>{_OF_GOODS}",
    ]


def _biggest_move(noun: str, rose: str) -> list[str]:
    """The product whose price moved most; `rose` is what it did."""
    most = f"{noun}最大"
    moved = f"[的价格](从|由)<old>{rose}(到|至)[了]<new>"
    size = f"{noun}(为|是|达|达到|)<percent>"
    return [
        f"{most}的[{_GOODS}]是<subject>，[(其价格|价格|它)]{moved}，{size}",
        f"<subject>{moved}，{size}，(是|为){most}的[{_GOODS}]",
        f"<subject>{moved}，(是|为){most}的{_GOODS}，{size}",
        f"<subject>{most}，{moved}，{size}",
        f"<subject>[的]{most}，[(其价格|价格)]{moved}，{size}",
        f"<subject>是{most}的[{_GOODS}]，[(其价格|价格)]{moved}，{size}",
        f"{most}的[{_GOODS}]是<subject>，{size}，[(其价格|价格)]{moved}",
        f"<subject>以<percent>的{noun}成为{most}的{_GOODS}，{moved}",
    ]


# What a shop lists: `<count>` products, in categories, from brands.
_KIND = "(类目|类别|商品类目|商品类别)"
_IN_KINDS = f"(分属|分属于|属于|分为|分布在|分布于|涵盖|覆盖|归为|分成|来自|包括|涉及)<categories>个[不同的]{_KIND}"
_FROM_BRANDS = "(来自|涵盖|涉及|包括|包含|属于|分属|有|共有)<brands>个[不同的]品牌"
_DETAILS = f"(，{_IN_KINDS}(，|、|，并|和|，以及){_FROM_BRANDS}|，{_IN_KINDS}|，{_FROM_BRANDS})"
_PART = f"[在]<of>{_N}{_IN}"
_HOLDS = f"(占|占了|有|占有|包含|拥有|共有)<count>{_OF_GOODS}[{_GOODS}]"
_LARGEST = f"最大的{_KIND}"
_PRICING = "(标价|计价|定价)"
_DISCOUNT = "(折扣幅度|折扣)"
_ON_SALE = f"(打折|正在打折|有折扣)[的]{_GOODS}"
_FROM_TO = "(原价[为]<old>，现价[为]<new>|从[原价]<old>(降到|降至)[现价]<new>)"
_KNOWN = _goods("<of>", _STATING)
_STOCKED = f"[在]{_KNOWN}{_IN}{_ARE}<count>{_OR_SHORT}{_IN_STOCK}"
_MIDDLE = "((居中|处于中间|中间)[的]一半[的](价格|商品价格)|价格居中的一半|一半居中的价格)"
_UNCHANGED = "(没有变化|未变化|没有任何变化|没有发生变化|未发生变化|没有改变|保持不变)"
_LAST, _UNKNOWN = "(上次|上一次)", "(不知|不知道|无法得知|尚不清楚)"
_THIS_TIME = "(这次|本次|此次)"
_UNVISITED = "(没有访问|未访问|没有被访问|未被访问|没有访问到|未能访问)"
_HAS = f"(共有|有|拥有|共|一共有|总共有)<count>{_OR_SHORT}"
_NAMES = "(<name0>(和|与|、)<name1>|<name0>、<name1>(、|和|与)<name2>|<name0>、<name1>、<name2>(、|和|与)<name3>)"
_APPEARS = (
    "(出现在|出现于|分布在|分布于|存在于|涉及|涵盖)<categories>个[不同的]"
    f"{_KIND}([(中|里)]|（{_NAMES}）[(中|里)]|[(中|里)][，](包括|分别是|即|：){_NAMES})"
)
_PAGES = "个(页面|网页)"
_READING = "截至<since>的(数据|读取结果|读取数据)"


def _in_currency(place: int) -> str:
    return f"[有]<count{place}>{_OR_SHORT}(以|用)<name{place}>{_PRICING}"


def _by_currency(place: int) -> str:
    return f"[{_GOODS}](以|用)<name{place}>{_PRICING}的[{_GOODS}]有<count{place}>{_OF_GOODS}"


NAMES = f"(<name0>|{_NAMES})"
PARAPHRASES: dict[Measure, list[str]] = {
    Measure.PRODUCTS: [
        f"{_SHOP}(共有|一共有|总共有|有|列出了|提供|出售|共列出)<count>{_N}[{_DETAILS}]",
        f"{_SHOP}[的]{_GOODS}(共有|一共有|总共有|有|总共|一共|共)<count>{_OF_GOODS}[{_DETAILS}]",
        f"(共有|一共有|总共有)<count>{_N}[{_DETAILS}]",
        f"{_SHOP}有<categories>个{_KIND}(、|和|，)<brands>个品牌，(共有|一共有|共|总共有)<count>{_N}",
        f"{_SHOP}有<categories>个{_KIND}，(共有|一共有|共|总共有)<count>{_N}",
    ],
    Measure.LARGEST_CATEGORY: [
        f"{_LARGEST}是<subject>，{_PART}{_HOLDS}",
        f"{_LARGEST}是<subject>，{_HOLDS}，[共有]<of>{_N}",
        f"<subject>{_PART}{_HOLDS}，(是|为){_LARGEST}",
        f"{_PART}<subject>{_HOLDS}，(是|为){_LARGEST}",
        f"<subject>是{_LARGEST}，{_PART}{_HOLDS}",
        f"{_PART}{_ARE}<count>{_OF_GOODS}属于<subject>，[它](是|为){_LARGEST}",
        f"{_PART}{_LARGEST}是<subject>，{_HOLDS}",
    ],
    Measure.NO_PRICES: [
        f"<of>{_N}(都|均|全部){_NO_PRICE}",
        f"(全部|所有)<of>{_N}(都|均){_NO_PRICE}",
        f"[在]<of>{_N}{_IN}没有一{_OF_GOODS}(标价|有标价|有价格|标明价格)",
    ],
    Measure.UNPRICED: _of("", _NO_PRICE),
    Measure.NO_CURRENCY: _of("", f"[的]标价{_NO}(注明|标明|说明)货币"),
    Measure.CURRENCIES: [
        f"{_in_currency(0)}[，]{_in_currency(1)}",
        f"{_in_currency(1)}[，]{_in_currency(0)}",
        f"{_in_currency(0)}，[另]{_in_currency(1)}",
        f"{_by_currency(0)}，{_by_currency(1)}",
        f"{_by_currency(1)}，{_by_currency(0)}",
        f"{_in_currency(0)}，{_in_currency(1)}，{_in_currency(2)}",
    ],
    Measure.MEDIAN_PRICE: [*_median(_PRICED), *_median(_IN_CURRENCY)],
    Measure.AVERAGE_PRICE: [
        f"{_SCOPE}[{_GOODS}的]平均(价格|价|售价)(为|是)<average>",
        f"{_IN_CURRENCY}的{_GOODS}[，][的]平均(价格|价|售价)(为|是)<average>",
        f"[这些]{_GOODS}[的](均价|平均价格|平均售价)(为|是)<average>",
        f"(平均|平均来看|平均而言)[，](每|一)件{_GOODS}(售价|价格|的价格|的售价)(为|是|)<average>",
        f"{_GOODS}平均(售价|价格)(为|是)<average>",
    ],
    Measure.MIDDLE_HALF: [
        f"{_SCOPE}{_MIDDLE}(在|介于|位于|处于|落在)<low>(与|和|到|至)<high>之间",
        f"{_IN_CURRENCY}的{_GOODS}，{_MIDDLE}(在|介于|位于|处于|落在)<low>(与|和|到|至)<high>之间",
        f"{_SCOPE}{_MIDDLE}(为|从|是)<low>(到|至)<high>",
        f"{_SCOPE}(在|介于|位于)<low>(与|和|到|至)<high>之间的(是|为){_MIDDLE}",
        f"{_SCOPE}<low>(与|和|到|至)<high>之间(是|为){_MIDDLE}",
    ],
    Measure.CHEAPEST: _end_of_prices("最便宜", "低"),
    Measure.DEAREST: _end_of_prices("(最贵|最昂贵)", "高"),
    Measure.LOWEST_PRICE: _shared_price("低"),
    Measure.HIGHEST_PRICE: _shared_price("高"),
    Measure.HIGHEST_CATEGORY: _category_median("高"),
    Measure.LOWEST_CATEGORY: _category_median("低"),
    Measure.IN_STOCK: _of(_STATING, _IN_STOCK),
    Measure.ALL_IN_STOCK: [
        f"{_KNOWN}(全部|都|均){_IN_STOCK}",
        f"(全部|所有){_KNOWN}(都|均){_IN_STOCK}",
        f"[在]{_KNOWN}{_IN}(全部|都|均){_IN_STOCK}",
    ],
    Measure.NONE_IN_STOCK: [
        f"{_KNOWN}(全部|都|均)(没有现货|没有货|没有库存|无现货)",
        f"[在]{_KNOWN}{_IN}没有一{_OF_GOODS}{_IN_STOCK}",
    ],
    Measure.STOCK_UNKNOWN: _of("", _SAY_NOT),
    Measure.NO_STOCK_STATED: [
        f"<of>{_N}(都|均|全部){_SAY_NOT}",
        f"(全部|所有)<of>{_N}(都|均){_SAY_NOT}",
    ],
    Measure.SCARCEST_CATEGORY: [
        f"有货比例最(低|小)的{_KIND}是<subject>，{_STOCKED}",
        f"<subject>(是|为)有货比例最(低|小)的{_KIND}，{_STOCKED}",
        f"{_KIND}<subject>[的]有货比例最(低|小)，{_STOCKED}",
        f"<subject>{_KIND}[的]有货比例最(低|小)，{_STOCKED}",
        f"<subject>，{_STOCKED}，(是|为)有货比例最(低|小)的{_KIND}",
    ],
    Measure.DISCOUNTED: _of(_PRICED, "(正在打折|在打折|打折|有折扣|正在打折销售)"),
    Measure.MEDIAN_DISCOUNT: [
        f"{_ON_SALE}[，][的]{_DISCOUNT}[的]中位数(为|是)<percent>",
        f"[在]{_ON_SALE}{_IN}{_DISCOUNT}[的]中位数(为|是)<percent>",
        f"[在]{_IN_CURRENCY}的{_ON_SALE}[{_IN}][，][的]{_DISCOUNT}[的]中位数(为|是)<percent>",
        f"<percent>是{_ON_SALE}的{_DISCOUNT}中位数",
    ],
    Measure.DEEPEST_DISCOUNT: [
        f"{_DISCOUNT}最大的[{_GOODS}]是<subject>，{_FROM_TO}，{_DISCOUNT}(为|是|达|达到|)<percent>",
        f"<subject>{_FROM_TO}，{_DISCOUNT}(为|是|达|达到|)<percent>，(是|为){_DISCOUNT}最大的[{_GOODS}]",
        f"<subject>，{_FROM_TO}，{_DISCOUNT}(为|是|达|达到|)<percent>，(是|为){_DISCOUNT}最大的[{_GOODS}]",
        f"<subject>(是|为){_DISCOUNT}最大的[{_GOODS}]，{_FROM_TO}，{_DISCOUNT}(为|是|达|达到|)<percent>",
        f"<subject>[的]{_DISCOUNT}最大，{_FROM_TO}，{_DISCOUNT}(为|是|达|达到|)<percent>",
    ],
    Measure.COMPARED: [
        f"{_ARE}<count>{_N}(可以|能够|能|可)(与|和|同){_READING}[进行](比较|对比)",
        f"(可以|能够|能|可)(与|和|同){_READING}[进行](比较|对比)的{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
        f"(与|和|同){_READING}(可以|能够|能|可)[进行](比较|对比)的{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
    ],
    Measure.NO_DISCOUNTS: [
        f"{_goods('<of>', _PRICED)}(都|均|全部)(没有打折|未打折|没有折扣|无折扣)",
        f"(全部|所有){_goods('<of>', _PRICED)}(都|均)(没有打折|未打折|没有折扣)",
    ],
    Measure.NOTHING_COMPARED: [
        f"没有{_GOODS}(可以|能够|能|可)(与|和|同){_READING}[进行](比较|对比)",
        f"没有(任何|一件){_GOODS}(可以|能够|能)(与|和|同){_READING}[进行](比较|对比)",
    ],
    Measure.NOTHING_CHANGED: [
        f"(与|和|同){_READING}相比，{_goods('<of>', _COMPARED)}[(都|均)]{_UNCHANGED}",
        f"{_goods('<of>', _COMPARED)}(与|和|同){_READING}相比[，][(都|均)]{_UNCHANGED}",
    ],
    Measure.NEW_PRODUCTS: [
        f"(新增|新增加|增加|新上架)[了]<count>{_N}",
        f"(新增|新上架)[的]{_GOODS}<count>{_OF_GOODS}",
        f"(新增|新增加|新上架)的{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
        f"{_ARE}<count>{_OF_GOODS}(新商品|新品|新产品|新增商品|新增的商品)",
        f"{_ARE}<count>{_N}是(新增的|新上架的|新的)",
    ],
    Measure.GONE_PRODUCTS: [
        f"{_ARE}<count>{_N}[(已|已经)](消失|消失了|不见|不见了|不再出现)",
        f"[(已|已经)](消失|不再出现)的{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
    ],
    Measure.DEARER: _became("涨价|上涨|变贵|提价"),
    Measure.CHEAPER: _became("降价|下降|下跌|变便宜|跌价"),
    Measure.BIGGEST_RISE: _biggest_move("(涨幅|上涨幅度|涨价幅度)", "(涨|上涨|上升|涨价)"),
    Measure.BIGGEST_CUT: _biggest_move("(降幅|下降幅度|降价幅度|跌幅)", "(降|下降|下跌|降低|降价)"),
    Measure.SOLD_OUT: [
        f"{_ARE}<count>{_N}[(已|已经)](售罄|卖完|售完|卖光)[了]",
        f"[(已|已经)](售罄|卖完|售完|卖光)的{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
    ],
    Measure.BACK_IN_STOCK: [
        f"{_ARE}<count>{_N}[(已|已经)](重新有货|恢复有货|再次有货|重新有库存|恢复库存|重新到货)[了]",
        f"[(已|已经)](重新有货|恢复有货|再次有货|恢复库存)的{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
    ],
    Measure.NOT_VISITED: [
        f"[{_THIS_TIME}，]{_ARE}<count>{_OF_GOODS}已知[的]{_GOODS}{_THIS_TIME}{_UNVISITED}",
        f"{_THIS_TIME}[，]{_ARE}<count>{_OF_GOODS}已知[的]{_GOODS}{_UNVISITED}",
        f"[在]已知[的]{_GOODS}{_IN}{_ARE}<count>{_OF_GOODS}[{_GOODS}]{_THIS_TIME}{_UNVISITED}",
        f"{_THIS_TIME}{_UNVISITED}的已知{_GOODS}(有|共有|为)<count>{_OF_GOODS}",
        f"[在]已知[的]{_GOODS}{_IN}{_THIS_TIME}{_UNVISITED}的(有|共有|为)<count>{_OF_GOODS}",
        f"[在]已知[的]{_GOODS}{_IN}{_THIS_TIME}{_ARE}<count>{_OF_GOODS}{_UNVISITED}",
    ],
    Measure.NOT_VISITED_BEFORE: [
        f"{_ARE}<count>{_N}({_UNKNOWN}是否为|可能是|也许是)(新品|新商品|新增商品)，[(因为|由于)]{_LAST}(没有读取|未读取)其所在的页面",
    ],
    Measure.TOP_BRAND: [
        f"{_GOODS}[数量]最多的品牌是<subject>，{_HAS}",
        f"<subject>{_HAS}，(是|为){_GOODS}[数量]最多的品牌",
        f"<subject>(是|为){_GOODS}[数量]最多的品牌，{_HAS}",
        f"品牌<subject>[的]{_GOODS}[数量]最多，{_HAS}",
        f"<subject>品牌[的]{_GOODS}[数量]最多，{_HAS}",
    ],
    Measure.SHARED_BRANDS: [
        f"{_ARE}<brands>个[不同的]品牌[(同时|都|分别)](出现|出现在|存在于|分布在|分布于|涉及|横跨)多个[不同的]{_KIND}[(中|里)]",
        f"多个{_KIND}(中|里)(都有|有|出现了|共有)<brands>个品牌",
        f"(出现|存在)在多个{_KIND}(中|里)的品牌(有|共有)<brands>个",
    ],
    Measure.SHARED_BRAND: [
        f"[品牌]<subject>[品牌]{_APPEARS}，{_HAS}",
        f"[品牌]<subject>[品牌](有|共有)<count>{_N}，{_APPEARS}",
        f"{_HAS}，[品牌]<subject>{_APPEARS}",
    ],
    Measure.BOTH_SELL: [
        f"[在]贵方目录(的|中的)<of>{_N}{_IN}该店也(出售|销售|有)[其中]<count>{_OR_SHORT}",
        f"[在]贵方目录(的|中的)<of>{_N}{_IN}{_ARE}<count>{_OR_SHORT}该店也(出售|销售|有)",
        f"该店也(出售|销售)贵方目录(的|中的|中)<of>{_N}{_IN}的<count>{_OF_GOODS}",
    ],
    Measure.SHOP_ASKS_LESS: _asks("便宜"),
    Measure.SHOP_ASKS_MORE: _asks("(贵|昂贵)"),
    Measure.PAGES_READ: [
        f"(本报告|本次报告|此报告|这份报告)[(共|一共|总共)](读取|抓取|访问)了<count>{_PAGES}",
        "(本报告|此报告|这份报告)[(共|一共|总共)](读取|抓取)的(页面|网页)(有|共有|为)<count>个",
        f"(为|为了)(本报告|此报告|这份报告)[，](读取|抓取)了<count>{_PAGES}",
        f"(本报告|此报告|这份报告)(基于|根据|来自)<count>{_PAGES}的(读取|抓取)[结果]",
        f"{_ARE}<count>{_PAGES}被(本报告|此报告)(读取|抓取)",
    ],
    Measure.PAGES_UNCHANGED: [
        f"{_ARE}<count>{_PAGES}(自|自从|从)上次读取(以来|之后|后|起){_UNCHANGED}",
        f"(自|自从|从)上次读取(以来|之后|后|起)，{_ARE}<count>{_PAGES}{_UNCHANGED}",
        f"(与|和)上次读取相比，{_ARE}<count>{_PAGES}{_UNCHANGED}",
    ],
    Measure.PAGES_REFUSED: [
        f"{_ARE}<count>{_PAGES}(拒绝访问|被拒绝访问|拒绝了访问)",
        "(拒绝访问|被拒绝访问)的(页面|网页)(有|共有|为)<count>个",
    ],
    Measure.PAGES_FAILED: [
        f"{_ARE}<count>{_PAGES}(未能加载|无法加载|没有加载成功|未能成功加载|加载失败|没能加载|未加载成功|未加载)",
        "(未能加载|无法加载|加载失败)的(页面|网页)(有|共有|为)<count>个",
    ],
    Measure.COVERAGE: [
        f"[在]已知[的]{_GOODS}页面{_IN}[有]<percent>[(已|已经|已被)](读取|被读取)",
        f"已知[的]{_GOODS}页面[，][(已|已经)]读取[了]<percent>",
        f"[(已|已经)]读取[了]<percent>的已知{_GOODS}页面",
        f"[有]<percent>的已知{_GOODS}页面[(已|已经|已被)](读取|被读取)",
    ],
    Measure.PROBLEMS: [
        "(遇到|出现|发现)的<count>个问题[(已|均|都)]列(在|于)(下面|下方|下文)",
        "(遇到|出现|发现)[了]<count>个问题，[(已|均|都)](列在下面|列在下方|列于下方|列在下文|列出在下面|如下)",
        "[共](遇到|出现|发现)[了]<count>个问题，(详见下文|见下文|见下)",
    ],
}
