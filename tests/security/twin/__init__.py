"""Twin databases (SEC-B1): two databases that differ only in what one viewer may not see, and must not be told apart."""
