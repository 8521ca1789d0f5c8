"""Make the demo: three accounts, a year of made-up lumps with drawn photos, a carer, and a link for a doctor. Once."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import translation

from tracker.models import ShareLink, User

ACCOUNTS = {  # key of the story: address, and who it is in words for the console
    "sam": ("sam@example.org", "owner of a diary with four lumps"),
    "carol": ("carol@example.org", "carer in Sam's diary"),
    "bob": ("bob@example.org", "a stranger with a diary of his own"),
}


class Command(BaseCommand):
    """`manage.py demo`: running it again changes nothing but a link that has run out or a lost password."""

    help = "Make the demo accounts sam, carol and bob @example.org, and print their log-ins and a link for a doctor."

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            found = make()
        if options["verbosity"]:
            for account in found["accounts"]:
                self.stdout.write(f"{account['email']}  password: {account['password']}  ({account['who']})")
            self.stdout.write(f"Link for a doctor: {settings.PUBLIC_URL}{found['share_path']}")


def make() -> dict[str, Any]:
    """Bring the demo into being, or what is missing of it; what was made, as it is kept in ``VAR_DIR/demo.json``."""
    told = _read()
    is_made = User.objects.filter(email=ACCOUNTS["sam"][0]).exists()
    if is_made and told.get("password") and _is_live(told.get("link")):
        return told
    from tracker.management import demo_diary

    password = told.get("password") or f"demo-{secrets.token_hex(5)}"
    addresses = {key: email for key, (email, _who) in ACCOUNTS.items()}
    with transaction.atomic():
        photos = [] if is_made else demo_diary.make_everything(addresses, password)
        if is_made and not told.get("password"):
            _set_password(password)
        link, share_path = demo_diary.share(addresses["sam"])
    demo_diary.take_photos(photos)
    accounts = [{"email": email, "password": password, "who": who} for email, who in ACCOUNTS.values()]
    found = {"accounts": accounts, "password": password, "share_path": share_path, "link": link}
    _write(found)
    return found


def _is_live(link: str | None) -> bool:
    found = ShareLink.objects.filter(pk=link).first() if link else None
    return found is not None and found.is_live()


def _set_password(password: str) -> None:
    """The file with the password is gone: the demo accounts get a new one."""
    for user in User.objects.filter(email__in=[email for email, _who in ACCOUNTS.values()]):
        user.set_password(password)
        user.save(update_fields=["password"])


def _file() -> Path:
    return Path(settings.VAR_DIR) / "demo.json"


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(found: dict[str, Any]) -> None:
    """For `make run`, which prints it, and for the next call; readable by the operator alone."""
    path = _file()
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(found, out, indent=1)
