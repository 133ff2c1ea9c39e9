"""The steps of product-list."""
