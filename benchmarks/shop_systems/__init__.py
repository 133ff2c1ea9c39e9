"""Shops in the default markup of the usual shop systems, to measure extraction on what it was not written for.

Written without a look at extraction, from what the systems' default themes put out, and frozen before extraction was
tuned: extraction is measured on these shops and never fitted to them, nor they to it. Where a shop states something
that no real one of its system would, mend it in a commit of its own that says so.
"""

from benchmarks.shop_systems.catalogue import Availability
from benchmarks.shop_systems.options import NOISE, Options
from benchmarks.shop_systems.server import RunningShop, serve
from benchmarks.shop_systems.system import Expected
from benchmarks.shop_systems.systems import SYSTEMS

__all__ = ["NOISE", "SYSTEMS", "Availability", "Expected", "Options", "RunningShop", "serve"]
