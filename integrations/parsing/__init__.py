"""Documents as text, each read by a process of its own."""
