"""`manage.py doctor` names what is wrong and how to mend it, and its exit status tells a script."""

import io
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.utils import timezone

from tests.cast import make_cast
from tracker import clock
from tracker.backups.nightly import nightly
from tracker.management import checkup, outside
from tracker.management.found import BAD, LOOK, WELL
from tracker.models import ChannelState, ClockRun, Photo, PushSubscription
from tracker.notifications.channels import CHANNELS

pytestmark = pytest.mark.django_db


def told() -> dict[str, str]:
    return {found.what: found.state for found in checkup.look(timezone.now())}


@contextmanager
def answering(status: int = 200, certificate: Path | None = None) -> Iterator[str]:
    """The address of a server that answers all with `status` (301: come again), with HTTPS where a certificate is given."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(status)
            if status == 301:
                self.send_header("Location", self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with serving(Answer, certificate) as url:
        yield url


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], certificate: Path | None = None) -> Iterator[str]:
    """The address of a server that answers so."""
    server = HTTPServer(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def well(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A set-up in which nothing is wrong."""
    settings.HTTPS, settings.TRUSTED_PROXIES, settings.THROTTLE = True, 1, True
    settings.MAIL_IN_FOLDER, settings.EMAIL_BACKEND = False, "django.core.mail.backends.locmem.EmailBackend"
    settings.BACKUP_DIR, settings.PWA_DIST, settings.STATIC_ROOT = str(tmp_path), tmp_path, tmp_path
    (tmp_path / "staticfiles.json").touch()
    monkeypatch.setenv("BACKUP_PASSPHRASE", "a quiet lake at dusk")
    for name in CHANNELS:
        ChannelState.objects.update_or_create(channel=name, defaults={"sender_seen_at": timezone.now()})
    for name in ("scan", "backup", "drill"):
        clock.run(name, lambda: {"failed": 0})
    with answering() as settings.PUBLIC_URL:
        yield tmp_path


def test_nothing_is_wrong_where_nothing_is(well: Path) -> None:
    assert set(told().values()) == {WELL}, [f for f in checkup.look(timezone.now()) if f.state != WELL]
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert "Nothing to mend" in out.getvalue()


def test_each_fault_is_named_with_what_to_do(well: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    settings.TRUSTED_PROXIES, settings.DEBUG, settings.THROTTLE = 0, True, False
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")
    (well / "staticfiles.json").unlink()
    Photo.objects.create(
        entry=cast.entry, received_sha256="0" * 64, received_bytes=1, state=Photo.READY, sha256="0" * 64,
        master="a" * 32, screen="b" * 32, thumb="c" * 32,
    )  # fmt: skip
    ChannelState.objects.update(sender_seen_at=timezone.now() - timedelta(minutes=5))
    ClockRun.objects.filter(name="scan").update(finished_at=timezone.now() - timedelta(hours=1))
    ClockRun.objects.filter(name="drill").update(counts={"failed": 1})
    found = {each.what: each for each in checkup.look(timezone.now()) if each.state == BAD}
    assert set(found) == {
        "address",
        "DEBUG",
        "THROTTLE",
        "mail",
        "pages",
        "photos",
        "sender",
        "scan",
        "drill",
        "backup",
    }
    assert all(each.mend for each in found.values())
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", stdout=out)
    assert ended.value.code == 1 and "10 to mend" in out.getvalue()


def test_a_night_is_taken_once_and_its_failure_is_written_down(settings: Any, tmp_path: Path) -> None:
    at = timezone.now().replace(hour=settings.BACKUP_HOUR)
    settings.BACKUP_DIR = ""
    assert not nightly(at=at)
    settings.BACKUP_DIR = str(tmp_path / "is not there")
    settings.BASE_DIR = tmp_path  # no manage.py lies there, so that this is quick
    assert nightly(at=at)
    assert ClockRun.objects.get(name="nightly").counts == {"failed": 1}
    assert not nightly(at=at + timedelta(minutes=15))
    assert not nightly(at=at + timedelta(hours=22)), "not by day"
    assert nightly(at=at + timedelta(hours=24))
    assert nightly(at=at + timedelta(hours=53)), "late, where the machine slept"


def address() -> tuple[str, str]:
    found = next(outside.address())
    return found.state, found.says


def test_the_address_is_asked_for_as_a_phone_would(settings: Any, tmp_path: Path) -> None:
    settings.HTTPS, settings.TRUSTED_PROXIES = True, 1
    for status, said in ((200, "it answers"), (301, "in a circle"), (400, "answers 400"), (502, "answers 502")):
        with answering(status) as settings.PUBLIC_URL:
            assert said in address()[1] and (address()[0] == WELL) is (status == 200)
    with answering(certificate=of_nobody(tmp_path)) as settings.PUBLIC_URL:
        state, said = address()
    assert state == BAD and "certificate" in said
    state, said = address()  # the server is gone
    assert state == LOOK and "does not answer" in said


def test_an_address_that_answers_without_an_end_is_not_waited_for(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece of the answer comes in time, and the whole of it does not."""
    settings.HTTPS, settings.TRUSTED_PROXIES = True, 1
    monkeypatch.setattr(outside, "PATIENCE", 0.5)
    enough = threading.Event()

    class Drips(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
            for _ in range(60):
                if enough.wait(0.05):
                    return
                self.wfile.write(b"x")
            self.wfile.write(b"\r\n\r\n")

        def log_message(self, *args: Any) -> None:
            pass

    with serving(Drips) as settings.PUBLIC_URL:
        state, said = address()
        enough.set()
    assert state == LOOK and "does not answer" in said


def of_nobody(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key, at = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), at, at + timedelta(days=1)
    )
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    pem += key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "own.pem").write_bytes(pem)
    return folder / "own.pem"


def test_a_clock_that_is_off_a_key_that_is_gone_and_a_disk_that_is_full(
    well: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAPID_KEY_FILE, settings.REGION = well / "vapid.pem", "atlantis"
    settings.REDIS_URL = f"unix://{well / 'nobody'}"
    cast = make_cast()
    assert "push" not in told()  # nobody needs it yet
    PushSubscription.objects.create(user=cast.alice.user, endpoint="https://push.example/1", p256dh="p", auth="a")
    ClockRun.objects.filter(name="scan").update(finished_at=timezone.now() + timedelta(minutes=5))
    (well / "one.backup.age").touch()
    monkeypatch.setattr(checkup, "LITTLE_ROOM", 10**18)
    found = {each.what: each for each in checkup.look(timezone.now()) if each.state == BAD}
    assert set(found) == {"push", "time", "disk", "backup", "REGION", "broker"} and all(
        each.mend for each in found.values()
    )
    (well / "vapid.pem").write_text("no key")
    again = {each.what: each.says for each in checkup.look(timezone.now())}
    assert "is gone" in found["push"].says and "holds no key" in again["push"]
    assert "nobody can log in" in found["broker"].says
