"""Where pieces are published, one file per platform."""
