"""Notifications: webhooks, and messages to whoever asked to be told."""
