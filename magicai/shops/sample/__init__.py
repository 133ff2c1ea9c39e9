"""A shop of our own making, to crawl and to look at, with the truth of what it sells.

A perfect crawl of `SampleShop(day=1).url` finds `truth(1).products`.
"""

from magicai.shops.sample.handler import AnsweredRequest
from magicai.shops.sample.server import SampleShop
from magicai.shops.sample.truth import Change, Changes, Truth, TruthProduct, TruthRating, TruthVariant, truth

__all__ = [
    "AnsweredRequest",
    "Change",
    "Changes",
    "SampleShop",
    "Truth",
    "TruthProduct",
    "TruthRating",
    "TruthVariant",
    "truth",
]
