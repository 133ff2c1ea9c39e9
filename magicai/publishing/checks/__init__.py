"""The checks of a piece: `check` makes all of them in one pass."""
