"""Customers: fields, drafts, submission, who is responsible."""
