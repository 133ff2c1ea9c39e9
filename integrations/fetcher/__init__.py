"""Reads pages from allowed addresses: without a browser (`static.py`) and with one (`browser.py`)."""
