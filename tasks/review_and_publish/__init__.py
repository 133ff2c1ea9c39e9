"""The steps of review-and-publish."""
