"""`python -m tests.bench.report_turns`: the doctor's page and PDF beside bare matplotlib and Typst, each in forked processes.

A web worker is forked from a process that has loaded the product but not matplotlib or Typst; so is every turn here, ours
and the bare one alike. Its first making is the cold one, its second the cached one. Prints JSON: seconds by name.
"""

import json
import os
import pickle  # nosec B403
import re
import statistics
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from tests.bench.reference import bare_report
from tests.bench.timing import ROUNDS

LUMPS = (("Calf", "lower_leg"), ("Shoulder", "shoulder"), ("Neck", "neck"))
WEEKS = 104
Make = Callable[[], object]


def seed() -> Any:
    """Three lumps measured weekly for two years, with an examination and a course of antibiotics each; the rows."""
    from tracker.actions.people import create_user
    from tracker.models import CareEvent, Entry, Lump, Membership

    user = create_user(email="bench@example.org", password="a long pass phrase")
    person = Membership.objects.get(user=user).person
    now = datetime.now(UTC)
    for number, (name, site) in enumerate(LUMPS):
        lump = Lump.objects.create(person=person, name=name, site=site, side="left", first_noticed_on=now.date())
        for week in range(WEEKS):
            wave = (week * 7 + number * 3) % 5 - 2
            Entry.objects.create(
                lump=lump, measured_at=now - timedelta(days=7 * (WEEKS - week)), length_mm=20 + number * week / 10 + wave,
                width_mm=15 + wave, method="caliper", pain=week % 3, redness=week % 2, tenderness=0, warmth=False,
                firmness="soft", mobility="moves", shape="round",
            )  # fmt: skip
        for days, kind in ((300, "ultrasound"), (100, "antibiotics_started")):
            CareEvent.objects.create(lump=lump, at=now - timedelta(days=days), kind=kind, detail="told: fat, 24 mm")
    return user, list(Lump.objects.filter(person=person).select_related("person"))


class Reading:
    """A doctor with the link open: the page with all that a browser fetches for it, and the PDF."""

    def __init__(self, user: Any, lumps: list[Any]) -> None:
        from django.conf import settings
        from django.test import Client

        from tracker.actions.sharing import create_share_link, open_share_link

        made = create_share_link(user=user, lump_ids=[lump.pk for lump in lumps], passcode=False)
        _link, secret = open_share_link(token=made.token, passcode="", viewer="bench")
        self.client = Client()
        self.client.cookies[settings.SHARE_COOKIE_NAME] = secret

    def get(self, address: str) -> bytes:
        answer = self.client.get(address, HTTP_HOST="localhost")
        assert answer.status_code == 200, (address, answer.status_code)
        return bytes(answer.content)

    def page(self) -> None:
        page = self.get("/s/view/").decode()
        charts = re.findall(r'src="(/s/chart/[^"]+\.svg)"', page)
        assert len(charts) == 1 + len(LUMPS)
        for address in charts:
            self.get(address)

    def paper(self) -> None:
        assert self.get("/s/report.pdf").startswith(b"%PDF-")


def numbers(lumps: list[Any], scope: Any) -> list[dict[str, Any]]:
    """What the reference draws, ready: the readings, the product's own band, and what happened."""
    from tracker.reports.build import gather

    found = []
    for one in gather(lumps, scope):
        plot, band = one.plot, one.plot.bands[-1]
        found.append({
            "name": one.lump.name, "day": plot.day.tolist(), "mm": plot.mm.T.tolist(), "error": plot.error_mm.T.tolist(),
            "pain": plot.pain.tolist(), "redness": plot.redness.tolist(),
            "band": {name: getattr(band, name).tolist() for name in ("day", "low", "mid", "high")},
            "ticks": [(tick.day, tick.label) for tick in plot.ticks],
        })  # fmt: skip
    return found


def words_of(lumps: list[Any], scope: Any) -> tuple[str, dict[str, bytes]]:
    """The sheets' source and the files it reads, as the product lays them out, but for the chart."""
    from unittest import mock

    from tracker import typeset
    from tracker.reports import pdf
    from tracker.reports.build import report_for

    kept: dict[str, Any] = {}
    with mock.patch.object(typeset, "compile", lambda source, **how: kept.update(how, source=source) or b""):
        pdf.pdf_of(report_for(lumps, scope), picture=lambda _photo: None)
    return kept["source"], {name: data for name, data in kept["files"].items() if name != "overview.svg"}


def forked(work: Callable[[], Any]) -> Any:
    """What ``work`` gives, done in a process forked for it: what that loads is not loaded here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps(work()))
        except Exception:  # noqa: BLE001 - told, and then this process ends whatever it was
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    assert said, "a turn failed"
    return pickle.loads(said)


def twice(make: Make) -> tuple[float, float]:
    """Seconds of the first and of the second making."""
    seconds = []
    for _time in range(2):
        began = time.perf_counter()
        make()
        seconds.append(time.perf_counter() - began)
    return seconds[0], seconds[1]


def in_turns(name: str, ours: Make, bare: Make) -> dict[str, float]:
    """Each once unmeasured, then in turns; medians by name."""

    def turn(make: Make) -> Any:
        return forked(lambda: twice(make))

    turn(ours)
    turn(bare)
    pairs = [(turn(ours), turn(bare)) for _ in range(ROUNDS)]
    return {
        f"{name} {when} {who}": statistics.median(pair[side][place] for pair in pairs)
        for place, when in enumerate(("cold", "cached"))
        for side, who in enumerate(("ours", "bare"))
    }


def main() -> None:
    """Seed, measure, tell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from django.db import connections

    from tracker.actions import sharing
    from tracker.reports.shapes import Scope

    sharing.FILES_A_MINUTE = 1_000  # the brake on many files is not what is measured
    user, lumps = seed()
    doctor = Reading(user, lumps)
    scope = Scope(at=datetime.now(UTC))
    drawn = numbers(lumps, scope)
    connections.close_all()  # a forked process opens its own
    source, files = forked(lambda: words_of(lumps, scope))
    text = doctor.get("/s/view/").decode().replace("$", "")
    connections.close_all()
    assert "matplotlib" not in sys.modules and "typst" not in sys.modules
    found = in_turns("page", doctor.page, lambda: bare_report.page(drawn, text))
    found |= in_turns("paper", doctor.paper, lambda: bare_report.paper(drawn, source, files))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
