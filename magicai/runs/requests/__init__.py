"""Requests: what is asked for becomes a run, once its fields, files and secrets were checked."""
