"""The deployed house without a Docker engine: its processes started by hand, as compose.yaml would."""
