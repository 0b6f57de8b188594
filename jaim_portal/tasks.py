from celery import shared_task
from django.utils import timezone

from jaim_portal.daily import run_day


class DayFailed(Exception):
    """A job of the day did not come to its end; the log above says why."""


@shared_task(name="jaim_portal.run_day")
def run_day_task() -> None:
    """Everything of the day but sending, which has its own beat."""
    report = run_day(now=timezone.now(), send=False)
    if report.failed:
        raise DayFailed(", ".join(job.name for job in report.failed))
