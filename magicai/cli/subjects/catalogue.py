"""Products of the catalogue, the taxonomy, and what shops' categories are in it."""

from magicai.cli.samples import Sampling
from magicai.cli.subjects.shops import again, sample_of_a_shop

SAMPLES = {"product-list": Sampling(begin=sample_of_a_shop, again=again)}
