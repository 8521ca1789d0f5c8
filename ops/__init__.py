"""Preparing and running the product on one machine. Runs before the virtual environment exists: standard library only."""
