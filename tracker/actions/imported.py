"""The tally of an import."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

MOST_REFUSED = 1_000


@dataclass
class Imported:
    """What came of it, or with a dry run would: how many rows, and which not."""

    added: int = 0
    changed: int = 0
    same: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    left_off: int = 0

    def refuse(self, path: str, why: str) -> None:
        if len(self.refused) < MOST_REFUSED:
            self.refused.append({"path": path, "why": why})
        else:
            self.left_off += 1

    def body(self) -> dict[str, Any]:
        more = _("and {n} more that cannot be taken").format(n=self.left_off)
        refused = [*self.refused, *([{"path": "", "why": more}] if self.left_off else [])]
        return {"added": self.added, "changed": self.changed, "same": self.same, "refused": refused}
