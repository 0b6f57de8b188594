"""The day's jobs: what is due is done, once, also after days that were skipped."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from audit.trail import verify_chain
from fiscal_calendar.tokyo import at
from jaim_portal import daily, tasks
from jaim_portal.celery import app
from jaim_portal.daily import run_day
from jaim_portal.management.commands import run_day as command
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from members.models import Establishment
from renewals import reminders
from renewals.models import Renewal
from renewals.status import Status
from tests.conftest import Clock
from tests.factories import (
    OPENED_AT,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
)
from tests.races import meet_before, race, refusals

pytestmark = pytest.mark.django_db
DEADLINE = date(2027, 2, 10)
LAST_DAY_OF_THE_YEAR = date(2027, 3, 31)


def run(day: date, *options: str) -> str:
    printed = StringIO()
    call_command("run_day", "--date", day.isoformat(), *options, stdout=printed)
    return printed.getvalue()


def days_before_the_deadline(days: int) -> date:
    return DEADLINE - timedelta(days=days)


def sent(kind: str) -> list[str]:
    """The last part of the topic of what was sent: for a reminder, its step."""
    messages = OutboxMessage.objects.filter(kind=kind, status=MessageStatus.SENT).order_by("sent_at")
    return [message.topic.rpartition("/")[2] for message in messages]


def everything() -> list[object]:
    """What a run could change."""
    return [
        list(OutboxMessage.objects.order_by("pk").values()),
        list(Renewal.objects.order_by("pk").values()),
        list(Establishment.objects.order_by("pk").values()),
        AuditEvent.objects.count(),
    ]


def test_a_day_that_is_caught_up_sends_nothing_that_is_out_of_date(clock: Clock) -> None:
    RenewalFactory()
    clock.set(at(DEADLINE + timedelta(days=2), 10))
    run(days_before_the_deadline(1))
    assert sent("reminder") == []
    assert OutboxMessage.objects.filter(kind="reminder", note="締切日を過ぎた").exists()
    assert {message.sent_at for message in OutboxMessage.objects.filter(status="sent")} <= {
        at(DEADLINE + timedelta(days=2), 10)
    }


# --- what is due -------------------------------------------------------------------------------------------


def test_an_opening_goes_on_where_it_was_interrupted() -> None:
    EstablishmentFactory.create_batch(3)
    campaign = CampaignFactory(open=True)
    printed = run(OPENED_AT.date())
    assert campaign.renewals.count() == 3
    assert len(sent("campaign_opened")) == 3
    assert "2027年1月15日（金）の処理" in printed
    assert "更新手続の開始処理：3事業所を更新手続の対象に加えました" in printed
    assert "メールの送信：送信3通、送信不要0通、あとで再送0通" in printed


def test_the_unanswered_are_reminded_on_each_step() -> None:
    RenewalFactory()
    RenewalFactory(submitted=True)
    for days in range(15, -1, -1):
        run(days_before_the_deadline(days))
    assert sent("reminder") == ["14", "7", "3", "1"]


def test_days_that_were_skipped_are_caught_up_in_one_mail() -> None:
    RenewalFactory()
    run(days_before_the_deadline(2))
    assert sent("reminder") == ["3"]
    skipped = OutboxMessage.objects.filter(kind="reminder", status=MessageStatus.SKIPPED)
    assert {message.topic.rpartition("/")[2] for message in skipped} == {"14", "7"}
    run(days_before_the_deadline(0))
    assert sent("reminder") == ["3", "1"]


def test_nobody_is_reminded_after_the_deadline() -> None:
    RenewalFactory()
    run(DEADLINE + timedelta(days=1))
    assert sent("reminder") == []


@pytest.mark.parametrize("late", [0, 1, 100])
def test_withdrawals_complete_on_the_last_day_of_the_year_or_after(late: int) -> None:
    renewal = RenewalFactory(withdrawal_accepted=True)
    run(LAST_DAY_OF_THE_YEAR - timedelta(days=1))
    assert Renewal.objects.get().status == Status.WITHDRAWAL_ACCEPTED
    run(LAST_DAY_OF_THE_YEAR + timedelta(days=late))
    assert Renewal.objects.get().status == Status.WITHDRAWN
    renewal.establishment.refresh_from_db()
    assert renewal.establishment.left_on == LAST_DAY_OF_THE_YEAR
    assert len(sent("withdrawal_complete")) == 1


def test_a_withdrawal_of_a_season_before_the_last_completes_too() -> None:
    renewal = RenewalFactory(withdrawal_accepted=True)
    CampaignFactory(fiscal_year=2028, open=True, opened_at=at(date(2028, 1, 17), 9))
    run(date(2028, 1, 18))
    renewal.refresh_from_db()
    assert renewal.status == Status.WITHDRAWN


def test_without_sending_the_mails_wait() -> None:
    RenewalFactory()
    printed = run(days_before_the_deadline(14), "--no-send")
    assert "メールの送信" not in printed
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {MessageStatus.QUEUED}
    run(days_before_the_deadline(14))
    assert sent("reminder") == ["14"]


# --- twice, and two at once ----------------------------------------------------------------------------


@pytest.mark.parametrize("day", [OPENED_AT.date(), days_before_the_deadline(7), LAST_DAY_OF_THE_YEAR])
def test_running_a_day_twice_changes_nothing(day: date) -> None:
    RenewalFactory()
    RenewalFactory(approved=True)
    RenewalFactory(withdrawal_accepted=True)
    EstablishmentFactory()
    run(day)
    before = everything()
    run(day)
    assert everything() == before


def test_going_back_a_day_changes_nothing_either() -> None:
    RenewalFactory()
    run(days_before_the_deadline(3))
    before = everything()
    run(days_before_the_deadline(7))
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_do_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    RenewalFactory.create_batch(3)
    RenewalFactory(withdrawal_accepted=True)
    now = at(days_before_the_deadline(7), 9)
    meet_before(monkeypatch, reminders, "queue")
    assert refusals(race(*[lambda: run_day(now=now, send=False)] * 2)) == []
    end = at(LAST_DAY_OF_THE_YEAR, 9)
    reports = race(*[lambda: run_day(now=end, send=False)] * 2)
    assert [report.failed for report in reports] == [(), ()]
    assert OutboxMessage.objects.filter(kind="reminder", status=MessageStatus.QUEUED).count() == 3
    assert OutboxMessage.objects.filter(kind="withdrawal_complete").count() == 1
    assert AuditEvent.objects.filter(verb="renewal.complete_withdrawal").count() == 1
    verify_chain()


# --- when a job fails ------------------------------------------------------------------------------------


def fails(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(daily, name, fail)


@pytest.mark.parametrize(
    ("verb", "label"),
    [
        ("continue_openings", "更新手続の開始処理"),
        ("queue_reminders", "締切前のお知らせ"),
        ("complete_due_withdrawals", "退会の完了"),
        ("deliver_due", "メールの送信"),
    ],
)
def test_one_that_fails_is_named_and_stops_no_other(
    verb: str, label: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    RenewalFactory()
    fails(monkeypatch, verb)
    printed = StringIO()
    with pytest.raises(CommandError, match=f"次の処理が失敗しました：{label}。"):
        call_command("run_day", "--date", days_before_the_deadline(7).isoformat(), stdout=printed)
    assert printed.getvalue().count("失敗しました（ZeroDivisionError）") == 1
    assert f"  {label}：失敗しました（ZeroDivisionError）" in printed.getvalue()
    assert len(printed.getvalue().splitlines()) == 1 + len(daily.JOBS) + 1
    if verb != "deliver_due":
        assert sent("campaign_opened") == ["opened"]


# --- clock and beat --------------------------------------------------------------------------------------


def test_today_is_run_as_of_now_and_another_day_at_nine(clock: Clock) -> None:
    now = at(date(2027, 1, 20), 15, 30)
    assert command._moment_of(None, clock=now) == now
    assert command._moment_of(date(2027, 1, 20), clock=now) == now
    assert command._moment_of(date(2027, 1, 21), clock=now) == at(date(2027, 1, 21), 9)


def nudge(name: str) -> None:
    """Run the task as a worker would."""
    app.loader.import_default_modules()
    app.tasks[name]()


def test_the_hourly_task_does_all_but_send(clock: Clock) -> None:
    RenewalFactory()
    clock.set(at(days_before_the_deadline(7), 8))
    nudge("jaim_portal.run_day")
    assert OutboxMessage.objects.filter(kind="reminder", status=MessageStatus.QUEUED).count() == 1
    nudge("mailing.deliver_due")
    assert sent("reminder") == ["7"]


def test_the_hourly_task_fails_where_a_job_failed(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    fails(monkeypatch, "continue_openings")
    with pytest.raises(tasks.DayFailed, match="continue_openings"):
        nudge("jaim_portal.run_day")


def test_an_opening_goes_on_by_beat(clock: Clock) -> None:
    EstablishmentFactory()
    campaign = CampaignFactory(open=True)
    clock.set(OPENED_AT)
    nudge("renewals.continue_openings")
    assert campaign.renewals.count() == 1


@pytest.mark.parametrize("entry", app.conf.beat_schedule.values())
def test_every_nudge_is_known_and_expires_before_the_next(entry: dict[str, object]) -> None:
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    options = entry["options"]
    assert isinstance(options, dict)
    assert 0 < options["expires"] <= 3600
    assert not {"eta", "countdown"} & options.keys()
