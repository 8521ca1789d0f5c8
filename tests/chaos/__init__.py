"""The long accidents of the contract (A rows), with real parts. `make chaos` runs them and prints the table."""
