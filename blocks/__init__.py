"""Prefect blocks: saved configuration and secrets that open a port, for those who work in Prefect's user interface."""
