"""The steps of search-and-answer."""
