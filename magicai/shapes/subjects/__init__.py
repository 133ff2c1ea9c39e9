"""What goes in and out of the routes that only one subject has."""
