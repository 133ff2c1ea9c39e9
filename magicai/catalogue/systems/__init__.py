"""A user's own shops: connected, read, and written back to."""
