"""Real servers for the tests: Valkey, SMTP, PostgreSQL, Chromium."""
