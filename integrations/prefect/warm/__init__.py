"""A worker type of our own for Prefect: its processes are warm, with the flows imported, before a run comes."""
