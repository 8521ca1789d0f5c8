"""The outbox and its channels: what is said, to whom, and that it arrives once."""
