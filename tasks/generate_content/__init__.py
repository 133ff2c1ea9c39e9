"""The steps of generate-content."""
