"""A nursery of senders to be killed: `python -m tests.notifications.sending_process LEASE_SECONDS`.

For each line on its standard input it forks a sender ("loop": a plain loop) and prints its process id; Django is
loaded once. All end with
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
    for line in sys.stdin:
        child = os.fork()
        if not child:
            die_with_parent()
            (_plain_loop if line.strip() == "loop" else _send_for_ever)()
        print(child, flush=True)


def _plain_loop() -> None:
    """What a sender is measured against: the same mails, made and sent one after the other over one connection."""
    from django.core import mail

    from tracker.models import Delivery
    from tracker.notifications.channels.email import message_for

    connection = mail.get_connection()
    connection.open()
    for delivery in Delivery.objects.select_related("notice__user", "notice__lump", "device").order_by("pk"):
        connection.send_messages([message_for(delivery)])
    connection.close()
    os._exit(0)


def _send_for_ever() -> None:
    from django.db import close_old_connections

    from tracker.notifications import sender

    while True:
        sender.deliver()
        close_old_connections()
        time.sleep(0.05)


if __name__ == "__main__":
    main(float(sys.argv[1]))
