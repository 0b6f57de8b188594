from celery import shared_task
from django.utils import timezone

from renewals.campaign import continue_openings


@shared_task(name="renewals.continue_openings")
def continue_openings_task() -> None:
    continue_openings(now=timezone.now())
