"""Never a lost entry: a real Chromium, the real server, and between them a proxy that does what phone networks do."""
