"""Which models the installation uses, and for what."""
