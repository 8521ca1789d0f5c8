"""Scoring of the growth engine: false alarms, findings, intervals, rivals. `python -m analytics.evaluate`."""
