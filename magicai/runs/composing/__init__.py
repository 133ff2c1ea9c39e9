"""Composed runs: actions, made of the steps of several workflows."""
