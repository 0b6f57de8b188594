"""How fast the portal is, against floors measured in the same run. See docs/benchmarks.md."""
