"""Products in the states that shops' own scripts start from."""

from magicai.shops.extraction.states.products import state_products

__all__ = ["state_products"]
