"""How much the gate tests ask: `.venv/bin/python -m tests.gates`. Counted from the table that they walk."""

from tests.support.environment import isolate

isolate()
import django  # noqa: E402

django.setup()
from tests.gates.doors import DOORS, LOCKED_OUT, STRANGERS  # noqa: E402

INSIDE = ("owner", "carer", "viewer")


def main() -> None:
    """Print the counts of H2."""
    roles = (*INSIDE, *STRANGERS, *LOCKED_OUT)
    cold = len(DOORS) * len(roles)
    warm = sum(door.method == "GET" for door in DOORS) * len(roles)
    still = sum(door.method != "GET" for door in DOORS) * len(roles[2:])
    print(f"addresses                     {len({door.pattern for door in DOORS})}")
    print(f"addresses and methods         {len(DOORS)}")
    print(f"roles                         {len(roles)}: {', '.join(roles)}")
    print(f"requests, cold                {cold}")
    print(f"requests, warm (GET)          {warm}")
    print(f"requests that may not change  {still} at most")


if __name__ == "__main__":
    main()
