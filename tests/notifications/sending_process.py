"""A nursery of senders to be killed: `python -m tests.notifications.sending_process LEASE_SECONDS`.

For each line on its standard input it forks a sender and prints its process id; Django is loaded once. All end with
the input. The lease is short, so that a test need not wait for a real one.
"""

import os
import signal
import sys
import time
from datetime import timedelta

import django

from ops.children import die_with_parent


def main(lease: float) -> None:
    django.setup()
    from tracker.notifications import channel_state, sender

    sender.LEASE, sender.LONGEST_SEND = timedelta(seconds=lease), timedelta(seconds=lease / 3)
    channel_state.PROBE_EVERY = timedelta(seconds=0.5)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            die_with_parent()
            _send_for_ever()
        print(child, flush=True)


def _send_for_ever() -> None:
    from django.db import close_old_connections

    from tracker.notifications import sender

    while True:
        sender.deliver()
        close_old_connections()
        time.sleep(0.05)


if __name__ == "__main__":
    main(float(sys.argv[1]))
