"""How the tests reach a SMART Health Link: the reader from the standard, over the server's own answers."""

from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

from tests.sharing.shl_viewer import Reply, Viewer
from tracker.actions.health_links import MadeHealthLink

NOBODY = "000000"


def send(method: str, url: str, headers: dict[str, str], body: bytes) -> Reply:
    """Over HTTP's path into the server, as from another origin; a reader that keeps no cookies."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == settings.PUBLIC_URL
    client = Client(enforce_csrf_checks=True, headers={"origin": "https://viewer.example"})
    kind = headers.get("content-type", "application/octet-stream")
    answer = client.generic(method, parts.path, body, content_type=kind)
    assert not client.cookies
    return Reply(answer.status_code, {name.lower(): value for name, value in answer.items()}, answer.content)


def viewer_of(made: MadeHealthLink) -> Viewer:
    return Viewer(made.url, send)


def wrong_for(made: MadeHealthLink) -> str:
    return NOBODY if made.passcode != NOBODY else "111111"
