"""Twin databases (SEC-B1): databases that differ in what one viewer may not see, and look the same to him."""
