"""Recommendations: what is similar, what is viewed and bought together, and what a person may want."""
