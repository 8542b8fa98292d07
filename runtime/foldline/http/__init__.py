"""The service as a Flask application."""
