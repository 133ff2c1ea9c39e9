"""Kills at random moments over stores, relays and workers, and what came of what was acknowledged."""
