"""Images of products: which ones they are, how they are shown, and what is said instead of them."""
