"""Texts from templates and variables, every claim of which comes from the input."""
