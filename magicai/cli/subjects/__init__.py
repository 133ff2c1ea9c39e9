"""Commands that only one subject has, in a module named like its room."""
