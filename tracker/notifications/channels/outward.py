"""Calls to machines outside: only to hosts on a list, only at public addresses, one hop, within a time.

An address that a person or a browser gave must not make this server knock at doors inside its own network. The check
is made where the connection is made, on the very addresses that are then called, so that a name which resolves to
something else a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from tracker.notifications.channels.base import DeliveryFailed

TIMEOUT: tuple[float, float] = (5, 10)  # seconds to connect, and between two bytes
NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST_ADDRESSES = 3  # of one host, tried in turn


def on_list(host: str, allowed: Iterable[str]) -> bool:
    """Is the host on the list? An entry that begins with a dot stands for all names below it."""
    host = host.lower()
    return any(host == name or (name.startswith(".") and host.endswith(name)) for name in allowed)


def is_usual_https(parts: SplitResult) -> bool:
    """https on its usual port with no name or password in it: what a service for everybody has."""
    try:
        return parts.scheme == "https" and "@" not in parts.netloc and parts.port in (None, 443)
    except ValueError:  # a port that is no number
        return False


def lies_inside(host: str) -> bool:
    """Does any address of this host lie in a private network, or on this machine? False where it cannot be found."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False  # it cannot be looked up just now; the sending says so, and is tried again
    return not all(is_public(str(row[4][0])) for row in found)


def is_public(text: str) -> bool:
    """May this numeric address be called? An address that carries another inside it is judged by both."""
    address = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    inner = [address]
    if isinstance(address, ipaddress.IPv6Address):
        inner += [found for found in (address.ipv4_mapped, address.sixtofour) if found]
        if address in NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return all(each.is_global and not each.is_multicast for each in inner)


class Away:
    """The hosts that did not answer in this pass: one message finds out, the others wait without being tried."""

    def __init__(self) -> None:
        self._silent: set[str] = set()

    @contextmanager
    def call(self, address: str) -> Iterator[None]:
        """Turns silence of the other side into a failure that is not held against the message."""
        host = urlsplit(address).hostname or ""
        if host in self._silent:
            raise DeliveryFailed(f"{host} does not answer.", host_away=True)
        try:
            yield
        except (requests.RequestException, OSError) as error:
            self._silent.add(host)
            raise DeliveryFailed(f"{host}: {type(error).__name__}", host_away=True) from error


class Outward(requests.Session):
    """A session that follows no redirect and calls public addresses only."""

    def __init__(self) -> None:
        super().__init__()
        if not settings.PUSH_INSIDE:
            self.mount("https://", _PublicOnly())
            del self.adapters["http://"]

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["allow_redirects"] = False
        kwargs["timeout"] = TIMEOUT  # whatever a library in between would have: pywebpush waits for 10,000 seconds
        return super().request(*args, **kwargs)


class _PublicConnection(HTTPSConnection):
    """Looks its host up once, refuses where any address is not public, and connects to what it looked at."""

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "It cannot be looked up.") from error
        addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
        if not addresses or not all(is_public(address) for address in addresses):
            raise NewConnectionError(self, "It lies inside a private network.")
        for number, address in enumerate(addresses[:MOST_ADDRESSES], 1):
            try:
                return create_connection((address, self.port), self.timeout, socket_options=self.socket_options)
            except OSError as error:
                if number == min(len(addresses), MOST_ADDRESSES):
                    raise NewConnectionError(self, "It does not answer.") from error
        raise AssertionError("there was an address")


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicOnly(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}
