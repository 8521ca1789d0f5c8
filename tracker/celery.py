"""The Celery app (`python -m ops.worker`); tasks live in tracker/tasks.py."""

import os

from celery import Celery
from kombu.transport.redis import Channel
from kombu.transport.virtual import QoS

from tracker.clock import ClockStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracker"])
app.steps["worker"].add(ClockStep)
# The row is the queue and a message a hint: one that is lost is found by the clock. So what a worker has in hand is kept
# by itself alone, and none is put back. As kombu has it, a worker whose broker goes away while a task runs asks the
# broker it has let go of, to put the task's message back or to say that it is done, and the fault ends the worker.
Channel.QoS = QoS  # type: ignore[assignment]
Channel.do_restore = False
