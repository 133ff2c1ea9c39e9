"""Mails to people: made of a kind and its parameters, kept in the records, and sent from there."""
