"""How fast the service is: `make bench`. Writes `docs/benchmarks.md`."""
