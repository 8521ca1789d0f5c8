"""docs/architecture.md shows the layers that import-linter holds, in their order, and every room there is."""

import re
import tomllib

from ops.place import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = {
    each["id"]: each
    for each in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}


def test_the_drawn_layers_are_the_held_ones() -> None:
    drawn = re.search(r"tracker/ +(backups .*rules)\n", PAGE)
    assert drawn
    layers = [set(re.split(r"\s*\|\s*", layer)) for layer in re.split(r"\s*→\s*", drawn[1])]
    held = [{name.removeprefix("tracker.") for name in layer.split(" | ")} for layer in CONTRACTS["tracker"]["layers"]]
    assert held[0] == {"tasks"} and layers == held[1:]


def test_every_room_is_named() -> None:
    rooms = {f"tracker/{path.parent.name}/" for path in (ROOT / "tracker").glob("*/__init__.py")}
    rooms -= {"tracker/migrations/", "tracker/management/", "tracker/card/"}
    assert {"tracker/models/", "tracker/backups/"} <= rooms
    assert {room for room in rooms if f"`{room}`" not in PAGE} == set()
