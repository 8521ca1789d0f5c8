"""Mail without a mail server: files for their reader alone."""

import logging
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from tracker.notifications import mailbox, sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_BACKEND = "tracker.notifications.mailbox.FolderBackend"
    settings.MAIL_DIR = tmp_path / "mail"
    return tmp_path / "mail"


def test_a_message_is_one_file_that_only_we_can_read(folder: Path, caplog: Any) -> None:
    with caplog.at_level(logging.INFO, logger="tracker.mail"):
        message = EmailMultiAlternatives("A note", "Plain ünd fein", to=["Alice@example.org"])
        message.attach_alternative("<p>Plain</p>", "text/html")
        assert message.send() == 1
    [path] = folder.iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    [kept] = mailbox.kept_for("alice@example.org")
    assert (kept.subject, kept.text.strip(), kept.html.strip()) == ("A note", "Plain ünd fein", "<p>Plain</p>")
    assert kept.to == "Alice@example.org"
    assert "A…@example.org" in caplog.text
    assert "Alice" not in caplog.text


def test_nobody_reads_another_ones_mail(folder: Path) -> None:
    mail.send_mail("One", "1", None, ["alice@example.org"])
    mail.send_mail("Two", "2", None, ["bob@example.org"])
    [alices] = mailbox.kept_for("alice@example.org")
    assert mailbox.kept_mail(alices.name, "alice@example.org") == alices
    assert mailbox.kept_mail(alices.name, "bob@example.org") is None
    for name in ("../../etc/passwd", "", alices.name + "/..", "20260101T000000.000000-0000000000000000-00000000"):
        assert mailbox.kept_mail(name, "alice@example.org") is None
    assert mailbox.kept_for("carol@example.org") == []


def test_the_newest_comes_first(folder: Path) -> None:
    for number in range(3):
        mail.send_mail(f"No {number}", "x", None, ["alice@example.org"])
    assert [kept.subject for kept in mailbox.kept_for("alice@example.org")] == ["No 2", "No 1", "No 0"]


@pytest.mark.django_db(transaction=True)
def test_the_outbox_fills_the_folder(folder: Path) -> None:
    from tests.notifications.cast import account, note

    notice = note(account("alice"))
    assert sender.deliver()["sent"] == 1
    [kept] = mailbox.kept_for("alice@example.org")
    assert kept.subject == "A note from your diary"
    raw = next(folder.iterdir()).read_text()
    assert f"Message-ID: <{notice.deliveries.get().pk}@localhost>" in raw


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_written_is_an_outage_not_a_loss(folder: Path) -> None:
    from tests.notifications.cast import account, note
    from tracker.models import Delivery

    folder.write_text("a file where the folder should be")
    note(account("alice"))
    sender.deliver()
    assert Delivery.objects.get().state == "waiting"
    assert Delivery.objects.get().attempts == 0
