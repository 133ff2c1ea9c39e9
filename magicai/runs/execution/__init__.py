"""Execution: a run's plan walked step by step, its progress, and what it teaches the brain."""
