"""Files of strangers: looked at in a process of its own, with limits, and shown to a scanner (D40, SEC-D2)."""
