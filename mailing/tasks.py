from celery import shared_task
from django.utils import timezone

from mailing.sending import deliver


@shared_task(name="mailing.deliver_due")
def deliver_due_task() -> None:
    deliver(clock=timezone.now)
