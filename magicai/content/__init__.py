"""Texts from templates and variables. Every claim comes from the input."""
