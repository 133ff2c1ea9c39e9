"""Prefect blocks: saved configuration and secrets that open a port. They come with the server stores."""
