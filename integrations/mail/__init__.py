"""Mails to people, by SMTP."""
