"""Runs that a gateway elsewhere has carried out: its API as the installation of a command."""
