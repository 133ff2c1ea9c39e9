"""The catalogue: products as a shop sells them, with images, reviews, recommendations and stock."""
