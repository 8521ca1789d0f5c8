"""A small OpenID Connect server: says who somebody is to whoever brings the code."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt

CLIENT, SECRET, CODE = "diary", "between the two servers alone", "a code"


class IdentityServer:
    """`claims`: what it says of whoever logs in there. `asked`: the token requests it had."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Codes for tokens, as RFC 6749 says; the challenge of PKCE must have come with the code."""
        self.asked.append(form)
        if (form.get("code"), form.get("client_secret")) != (CODE, SECRET) or not form.get("code_verifier"):
            return {"error": "invalid_grant"}
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        return {
            "access_token": "opens userinfo", "token_type": "Bearer", "expires_in": 60,
            "id_token": jwt.encode(told, "0" * 32, algorithm="HS256"),
        }  # fmt: skip


@contextmanager
def identity_server() -> Iterator[IdentityServer]:
    """Running at a port the system chose."""
    told = IdentityServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(told.claims if self.path == "/userinfo" else told.discovery())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._send(told.token({key: values[0] for key, values in form.items()}))

        def _send(self, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(400 if "error" in body else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
