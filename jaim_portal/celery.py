"""The Celery application. It carries nudges; the database carries the truth, so a lost nudge costs a minute.

Nothing is scheduled by ETA or countdown: what is due stands in a row, and these scans find it. A nudge that
waited behind a long job expires, so that they do not pile up.
"""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jaim_portal.settings")
app = Celery("jaim_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "deliver mail": {
        "task": "mailing.deliver_due",
        "schedule": 15,
        "options": {"expires": 15},
    },
    "continue openings": {
        "task": "renewals.continue_openings",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "the day's jobs": {
        "task": "jaim_portal.run_day",
        "schedule": crontab(minute="0", hour="8-18"),
        "options": {"expires": 3600},
    },
}
