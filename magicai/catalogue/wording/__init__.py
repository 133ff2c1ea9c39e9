"""Texts of products: what all products of a shop say, and attributes that a description states."""
