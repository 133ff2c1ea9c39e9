"""Fields of a user's own: a schema of them, filled from products' pages; every value stands on its page."""
