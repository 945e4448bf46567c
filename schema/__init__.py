"""The GraphQL face, one module a feature."""
