"""Journeys: a real Chromium, by touch, against the whole product as real processes."""
