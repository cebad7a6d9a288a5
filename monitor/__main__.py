"""Starts the program: the one place that knows all faces."""
