"""Attachments: from a phone on a bad network to a checked file (D38–D41)."""
