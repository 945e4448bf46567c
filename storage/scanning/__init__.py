"""Scanners for viruses: clamd, or the rules that ship here (D40, SEC-D4)."""
