"""product-list, measured."""
