"""What is due on a day, across the rooms, in the order in which one job leads to the next.

Every job is idempotent and takes what is due *on or before* the day, so running a day twice changes nothing,
two runs at the same moment do no harm, and a day that was missed is caught up by the next.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from discounts.certificate_notices import queue_certificate_notices
from discounts.orphans import discard_orphans
from mailing.sending import deliver_due
from renewals.campaign import continue_openings
from renewals.completion import complete_due_withdrawals
from renewals.corrections import queue_correction_reminders
from renewals.models import RenewalCampaign
from renewals.reminders import queue_reminders

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """``run`` does what is due at a moment and says what it did, in Japanese, for the secretariat."""

    name: str
    label: str
    run: Callable[[datetime], str]


@dataclass(frozen=True)
class JobReport:
    """What one job did, or the class of the error that stopped it."""

    name: str
    label: str
    done: str = ""
    error: str = ""


@dataclass(frozen=True)
class DayReport:
    jobs: tuple[JobReport, ...]

    @property
    def failed(self) -> tuple[JobReport, ...]:
        return tuple(job for job in self.jobs if job.error)


def run_day(*, now: datetime, send: bool = True, sent_at: datetime | None = None) -> DayReport:
    """Run all jobs that are due at ``now``; without ``send`` the mails they queue wait in the outbox.

    ``sent_at`` is when mails really go, where that is not ``now``: a day that is caught up queues what was due, and
    what has lost its reason since is not sent.

    Never raises for a job: one that fails is logged and reported, and the others run.
    """
    reports = [_run(job, now) for job in JOBS]
    if send:
        reports.append(_run(SENDING, sent_at or now))
    return DayReport(tuple(reports))


def _run(job: Job, now: datetime) -> JobReport:
    try:
        return JobReport(job.name, job.label, done=job.run(now))
    except Exception as error:
        log.exception("job %s failed", job.name)
        return JobReport(job.name, job.label, error=type(error).__name__)


def _continue_openings(now: datetime) -> str:
    return f"{continue_openings(now=now)}事業所を更新手続の対象に加えました"


def _remind(now: datetime) -> str:
    campaigns = RenewalCampaign.objects.opened().order_by("fiscal_year")
    reminded = sum(queue_reminders(campaign=campaign, now=now) for campaign in campaigns)
    return f"{reminded}事業所へのお知らせを用意しました"


def _remind_of_corrections(now: datetime) -> str:
    campaigns = RenewalCampaign.objects.opened().order_by("fiscal_year")
    reminded = sum(queue_correction_reminders(campaign=campaign, now=now) for campaign in campaigns)
    return f"{reminded}事業所への再度のお願いを用意しました"


def _remind_of_certificates(now: datetime) -> str:
    return f"{queue_certificate_notices(now=now)}事業所への会員証の期限のお知らせを用意しました"


def _complete_withdrawals(now: datetime) -> str:
    campaigns = RenewalCampaign.objects.opened().order_by("fiscal_year")
    completed = sum(complete_due_withdrawals(campaign=campaign, now=now) for campaign in campaigns)
    return f"{completed}事業所の退会を完了しました"


def _discard_orphans(now: datetime) -> str:
    return f"使われなくなった証跡のファイルなどを{discard_orphans(now=now)}件削除しました"


def _deliver(now: datetime) -> str:
    delivery = deliver_due(now=now)
    return f"送信{delivery.sent}通、送信不要{delivery.skipped}通、あとで再送{delivery.put_off}通"


JOBS = (
    Job("continue_openings", "更新手続の開始処理", _continue_openings),
    Job("reminders", "締切前のお知らせ", _remind),
    Job("correction_reminders", "修正の再度のお願い", _remind_of_corrections),
    Job("withdrawals", "退会の完了", _complete_withdrawals),
    Job("certificates", "会員証の期限のお知らせ", _remind_of_certificates),
    Job("orphans", "使われなくなった証跡の削除", _discard_orphans),
)
SENDING = Job("mail", "メールの送信", _deliver)
