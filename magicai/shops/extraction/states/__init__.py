"""Products in the states that shops' own scripts start from."""

from magicai.shops.extraction.states.products import answered_products, state_products

__all__ = ["answered_products", "state_products"]
