"""What product-list promises, measured."""
