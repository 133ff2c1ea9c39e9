"""Events of a run as they come, and what clients say back."""
