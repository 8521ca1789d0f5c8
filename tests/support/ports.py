"""A port nobody listens on."""

import socket


def free_port() -> int:
    """Free on 127.0.0.1 at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
