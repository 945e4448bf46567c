"""What a file is, by its content (D39, D40). Pure: bytes in, findings out; `examine` runs where memory is limited."""
