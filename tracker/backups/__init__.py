"""A copy of everything, sealed with a passphrase; putting it back; and trying out every night that it would work."""
