"""Clients of APIs outside."""
