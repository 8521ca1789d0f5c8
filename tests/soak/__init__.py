"""Load and soak: `make soak` (tests/soak/__main__.py)."""
