"""Systems that shops run on, by their APIs."""
