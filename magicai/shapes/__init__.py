"""What goes in and out of the routes, beside the workflows' own models."""
