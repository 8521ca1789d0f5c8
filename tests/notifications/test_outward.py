"""Calls outside: only public addresses, also where a name changes its answer between the look and the call."""

import itertools
import socket
import threading
from typing import Any

import pytest
import requests

from tracker.notifications.channels import outward

INSIDE = (
    "127.0.0.1", "127.1.2.3", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
    "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "ff02::1",
    "255.255.255.255", "::", "198.18.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not outward.is_public(address)


@pytest.mark.parametrize("address", ["142.250.0.1", "2a00:1450:4001::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"])
def test_an_address_outside_is_public(address: str) -> None:
    assert outward.is_public(address)


class _Listener:
    """Counts who knocks at this machine."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.knocks = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _who = self._socket.accept()
            except OSError:
                return
            self.knocks += 1
            line.close()

    def close(self) -> None:
        self._socket.close()


def test_a_name_that_turns_inside_after_the_look_is_not_called(monkeypatch: Any) -> None:
    listener = _Listener()
    answers = itertools.chain(["142.250.0.1"], itertools.repeat("127.0.0.1"))

    def rebinding(_host: Any, port: Any, *_a: Any, **_k: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    try:
        assert outward.lies_inside("ntfy.example") is False  # the look
        with pytest.raises(requests.ConnectionError):
            outward.Outward().post(f"https://ntfy.example:{listener.port}/", json={})  # the call
        assert listener.knocks == 0
        monkeypatch.setattr(outward, "is_public", lambda _address: True)  # without the second look it would be
        with pytest.raises(requests.ConnectionError):
            outward.Outward().post(f"https://ntfy.example:{listener.port}/", json={})
        assert listener.knocks == 1
    finally:
        listener.close()


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: Any) -> None:
    both = [(2, 1, 6, "", ("142.250.0.1", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: both)
    assert outward.lies_inside("ntfy.example") is True
    with pytest.raises(requests.ConnectionError):
        outward.Outward().post("https://ntfy.example/", json={})


def test_nothing_goes_out_without_tls() -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        outward.Outward().post("http://ntfy.example/", json={})
