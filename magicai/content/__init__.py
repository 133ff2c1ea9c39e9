"""Texts from templates and variables. What the input contradicts or lacks is marked, and never replaced."""
