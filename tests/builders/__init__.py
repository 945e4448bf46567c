"""Rows for tests, one module a feature: written past the operations, so that a test can have any state at once."""
