"""`python -m ops.worker`: Celery's worker with the product's tasks, started without Celery's command line, as beat is."""

import logging
import os
import sys

from celery.app.utils import find_app


def main() -> int:
    """Work until told to stop; the exit status."""
    # Django's checks, which `make check` runs, load every address and form the web has: 35 MB and a second
    os.environ.update(CELERY_SKIP_CHECKS="true")
    worker = find_app("tracker.celery").Worker(
        pool_cls="threads",
        concurrency=int(os.environ.get("WORKER_THREADS") or 4),
        without_gossip=True,
        without_mingle=True,
        loglevel=logging.WARNING,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
