"""An ntfy server of our own: it keeps what is published, and can misbehave."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class NtfyService:
    """`answer` is a status, "drop" (the line closes without one) or "hang"."""

    def __init__(self) -> None:
        self.answer: int | str = 200
        self.published: list[dict[str, Any]] = []
        self.knocks = 0
        self._let_go = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service._answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        self.knocks += 1
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if self.answer == "hang":
            self._let_go.wait(30)
            return
        if self.answer == "drop":
            request.connection.close()
            return
        if self.answer == 200:
            self.published.append(json.loads(body))
        request.send_response(int(self.answer))
        if self.answer == 429:
            request.send_header("Retry-After", "600")
        if self.answer == 302:
            request.send_header("Location", f"{self.origin}/elsewhere")
        request.send_header("Content-Length", "0")
        request.end_headers()
