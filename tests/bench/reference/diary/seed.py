"""`python -m tests.bench.reference.diary.seed ROWS`: tables, somebody with a token, so many rows. Prints the token."""

import sys
import uuid
from datetime import UTC, datetime, timedelta

import tests.bench.reference.diary.wsgi  # noqa: F401 - settings, and Django set up


def main() -> None:
    """Make them."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from rest_framework.authtoken.models import Token

    from tests.bench.reference.diary.models import Entry

    call_command("migrate", run_syncdb=True, verbosity=0)
    since, lump = datetime.now(UTC) - timedelta(days=700), uuid.uuid4()
    Entry._default_manager.bulk_create(
        [
            Entry(
                lump=lump, measured_at=since + place * timedelta(hours=1), length_mm=20.4, width_mm=15.1,
                method="caliper", pain=1, redness=0, note="as before",
            )
            for place in range(int(sys.argv[1]))
        ],
        batch_size=500,
    )  # fmt: skip
    sys.stdout.write(Token.objects.create(user=User.objects.create_user("bench")).key)


if __name__ == "__main__":
    main()
