"""A push service of our own: it decrypts what it gets (RFC 8291), checks who sent it (RFC 8292) and can misbehave."""

import base64
import json
import os
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Device:
    """A browser: its keys and its address."""

    endpoint: str
    key: EllipticCurvePrivateKey
    auth: bytes

    @property
    def p256dh(self) -> str:
        return b64(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@dataclass(frozen=True)
class Pushed:
    """What arrived at a device: the words as decrypted, the headers, and the claims of the sender."""

    device: str
    words: dict[str, Any]
    headers: dict[str, str]
    claims: dict[str, Any]


class PushService:
    """`answers` maps a device's name to a status, or to "hang"; 201 where nothing is said."""

    def __init__(self) -> None:
        self.devices: dict[str, Device] = {}
        self.answers: dict[str, int | str] = {}
        self.pushed: list[Pushed] = []
        self.knocks: list[str] = []
        self._let_go = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service._answer(self)

            def do_GET(self) -> None:
                service.knocks.append(self.path.rsplit("/", 1)[-1])  # only a redirect leads here
                self.send_error(405)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def device(self, name: str) -> Device:
        """A new browser."""
        found = Device(f"{self.origin}/send/{name}", generate_private_key(SECP256R1()), os.urandom(16))
        self.devices[name] = found
        return found

    def close(self) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.rsplit("/", 1)[-1]
        self.knocks.append(name)
        body = request.rfile.read(int(request.headers["Content-Length"]))
        answer = self.answers.get(name, 201)
        if answer == "hang":
            self._let_go.wait(30)
            return
        if answer == 201:
            device = self.devices[name]
            clear = http_ece.decrypt(body, private_key=device.key, auth_secret=device.auth, version="aes128gcm")
            headers = {key.lower(): value for key, value in request.headers.items()}
            assert Vapid02.verify(headers["authorization"])
            token = headers["authorization"].split("t=")[1].split(",")[0]
            part = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            self.pushed.append(Pushed(name, json.loads(clear), headers, claims))
        request.send_response(int(answer))
        if answer == 429:
            request.send_header("Retry-After", "600")
        if answer == 302:
            request.send_header("Location", f"{self.origin}/send/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()
