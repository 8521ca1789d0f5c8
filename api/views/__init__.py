"""Thin views: read the body, call an action, say what came of it."""
