"""The Celery app (`python -m ops.worker`); tasks live in tracker/tasks.py."""

import os

from celery import Celery

from tracker.clock import ClockStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tracker"])
app.steps["worker"].add(ClockStep)
