"""The same work done barely: what a short script or a bare view would do, and nothing for safety."""
