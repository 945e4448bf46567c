"""Approvals (D34): one way of asking and deciding for every flow. A new one is a row of flows and an effect."""
