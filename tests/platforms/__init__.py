"""Servers of the protocols that pieces are published by, in this process, which fail as they are told to."""
