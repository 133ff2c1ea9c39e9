"""Composed runs: goals in words and actions, made of the steps of several workflows."""
