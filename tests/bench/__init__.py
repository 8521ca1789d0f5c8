"""Speed beside bare references, measured in one run: shown as ratios, never asserted, no part of `make test`."""
