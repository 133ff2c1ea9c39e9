"""Content: what the claim checker finds in texts whose unsupported spans are known."""
