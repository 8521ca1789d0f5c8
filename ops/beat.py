"""`python -m ops.beat FILE`: Celery's beat with the schedule and the broker, without Django's applications.

Beat only names tasks when their time has come; loading the whole product for that would cost 100 MB and seconds. FILE
is where it keeps when each was last named. Celery's own command line is not used: its shell and its completions alone
take 10 MB of every process.
"""

import os
import sys
from logging.config import dictConfig

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
app = Celery("beat", fixups=[])
app.config_from_object("django.conf:settings", namespace="CELERY")

if __name__ == "__main__":
    dictConfig(settings.LOGGING)  # what Django's applications would have done; Celery's own lines would be another kind
    app.Beat(schedule=sys.argv[1], loglevel="WARNING", quiet=True).run()
