"""Photos as bytes: what kind they are, how they are kept, how they are made clean. Nothing here knows a row."""
