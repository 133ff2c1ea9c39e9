"""What reviews say of a product and of its aspects, by small linear models."""
