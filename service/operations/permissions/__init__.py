"""What a viewer may do (D47), and why he is not shown something (D42)."""
