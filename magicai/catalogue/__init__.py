"""The catalogue: products from lists, feeds and shops, cleaned, categorised, with images, reviews and stock."""
