"""What lists, files and feeds state: addresses to read, products, and what could not be read of them."""
