"""The Celery app (`python -m ops.worker`); tasks live in tracker/tasks.py."""

import os

from celery import Celery
from kombu.transport.virtual import Channel

from tracker.clock import ClockStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracker"])
app.steps["worker"].add(ClockStep)
# When the broker goes away while a task runs, kombu means to put that task's message back into a broker it no longer
# knows the address of, and the fault ends the whole worker. The row is the queue: a message that is lost is found by the
# clock, so none is put back.
Channel.do_restore = False
