"""Templates that come with MagicAI: NAME.LANGUAGE.md."""
