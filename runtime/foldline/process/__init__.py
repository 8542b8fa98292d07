"""A service as an operating system's process: gunicorn, signals, threads."""
