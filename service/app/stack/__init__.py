"""The embedded stack of `make up`: PostgreSQL, Valkey and S3 from wheels, and our own processes on top of them."""
