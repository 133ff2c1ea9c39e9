"""Categories: an open taxonomy, what shops' own categories are in it, and what products without a mapping are."""
