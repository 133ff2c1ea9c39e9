"""Assistants, by the Model Context Protocol: one definition of tools, on standard input and behind the gateway."""
