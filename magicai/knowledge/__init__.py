"""Documents that questions are answered from."""
