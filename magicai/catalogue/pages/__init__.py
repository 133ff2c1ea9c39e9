"""Product pages: which are asked for when, and what they state."""
