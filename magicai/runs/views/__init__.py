"""Runs as people and programs see them: lists, panels, what waits for a person, shared links."""
