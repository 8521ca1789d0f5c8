"""The phone knows the card as it is printed."""

import json

from analytics.photo import card
from ops.place import PWA


def test_the_phones_card_is_the_printed_one() -> None:
    """After a change of the card: write `json.dumps(card.as_dict(), indent=1)` there anew."""
    assert json.loads((PWA / "src" / "photo" / "card.json").read_text(encoding="utf-8")) == card.as_dict()
