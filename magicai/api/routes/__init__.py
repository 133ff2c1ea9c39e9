"""The routes, a module each subject."""
