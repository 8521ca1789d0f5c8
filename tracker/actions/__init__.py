"""Deeds: plain functions with keyword arguments, each owning its transaction."""
