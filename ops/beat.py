"""Beat's own Celery app (`celery -A ops.beat beat`): the schedule and the broker, without Django's applications.

Beat only names tasks when their time has come; loading the whole product for that would cost 100 MB and seconds.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
app = Celery("beat", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")
