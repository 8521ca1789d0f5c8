"""The outbox with real parts."""
