"""The Celery application. It carries nudges; the database carries the truth, so a lost nudge costs a minute."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jaim_portal.settings")
app = Celery("jaim_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
