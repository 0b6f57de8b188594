from celery import shared_task
from django.utils import timezone

from mailing.sending import deliver_due


@shared_task(name="mailing.deliver_due")
def deliver_due_task() -> None:
    deliver_due(now=timezone.now())
