"""The steps of add-documents."""
