"""Preparing and running the product on one machine. Standard library only: it runs before .venv exists."""
