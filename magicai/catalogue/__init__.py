"""The catalogue: products from lists, feeds and shops, cleaned, categorised, and ready to be sold."""
