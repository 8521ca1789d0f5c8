"""`python -m ops setup|run|install|tools|test|npm`. Kept readable for old Pythons, so that they can be told they are too old."""

import os
import shutil
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def main() -> int:
    if sys.version_info < OLDEST:
        for name in NEWER:
            if shutil.which(name):
                os.execvp(name, [name, "-m", "ops", *sys.argv[1:]])
        sys.stderr.write(
            "Lump Diary needs Python 3.11 or newer, and this is %d.%d. Install a newer Python, "
            "or name one: make run PYTHON=/path/to/python3.11\n" % sys.version_info[:2]
        )
        return 2
    from ops.commands import run_command

    return run_command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
