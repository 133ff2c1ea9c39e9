"""The main workflow through Prefect, beside the same functions called bare."""
