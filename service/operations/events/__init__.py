"""What happens, for those who follow it: feeds of an API process, and what a client is given to go on from."""
