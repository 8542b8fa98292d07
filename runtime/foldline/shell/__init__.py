"""A Python prompt with the client's classes at hand."""
