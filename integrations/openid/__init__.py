"""Providers of OpenID Connect."""
