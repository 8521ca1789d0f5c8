"""Taking in a spreadsheet's table as entries of one lump."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tracker.actions.imported import Imported
from tracker.actions.importing import import_entries
from tracker.actions.keeping import find_to_write
from tracker.diary.sheet import Sheet, read_sheet
from tracker.models import Lump, User
from tracker.wallclock import zone_named


def import_table(*, user: User, lump_id: UUID, text: str, dry_run: bool, **how: Any) -> tuple[Sheet, Imported]:
    """Read `text` and take its rows in; with `dry_run` only say what was read. `how`: as for `read_sheet`.

    Raises NotThere, MayOnlyLook. Without a column for the day nothing can be taken, which is said in `refused`.
    """
    lump: Lump = find_to_write(Lump, lump_id, user, field="lump")
    sheet = read_sheet(text, lump=lump.pk, zone=zone_named(lump.person.timezone), **how)
    bodies = [body for _line, body, _why in sheet.rows if body is not None]
    done = import_entries(user=user, lump=lump, bodies=bodies, dry_run=dry_run)
    if "date" not in sheet.columns:
        done.refuse("", _("Say which column holds the day."))
    for line, body, why in sheet.rows:
        if body is None:
            done.refuse(_("line {n}").format(n=line), why)
    return sheet, done
