"""Reminders queued day by day: each step once, to the unanswered only, and nothing is lost over skipped days."""

from datetime import date, datetime

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from mailing.status import MessageStatus
from members.models import ContactRole
from renewals.campaign import add_establishment, move_deadline
from renewals.lifecycle import reopen, submit, take_back
from renewals.models import Renewal, RenewalCampaign
from renewals.reasons import ANSWERED_ALREADY, DEADLINE_MOVED, DEADLINE_PASSED, SUPERSEDED
from renewals.reminders import queue_reminders
from tests.factories import (
    JOB,
    CampaignFactory,
    EstablishmentFactory,
    RenewalFactory,
    address,
    clerk_of,
    staff,
    unchanged,
)

pytestmark = pytest.mark.django_db


def run(day: date) -> int:
    """The job of that morning; how many members it reminded."""
    return queue_reminders(campaign=RenewalCampaign.objects.get(), now=at(day, 6))


def jan(day: int) -> date:
    return date(2027, 1, day)


def feb(day: int) -> date:
    return date(2027, 2, day)


def ladder(renewal: Renewal | None = None) -> list[tuple[str, str]]:
    """What stands in the outbox: (last day minus step, status)."""
    found = OutboxMessage.objects.filter(kind="reminder").order_by("topic")
    if renewal:
        found = found.filter(member_number=renewal.establishment.member_number)
    return sorted((message.topic.removeprefix("campaign/2027/until/"), message.status) for message in found)


def send(now: datetime) -> None:
    """Send reminders only: the other mails of the season are not what these tests are about."""
    OutboxMessage.objects.exclude(kind="reminder").delete()
    deliver_due(now=now)


QUEUED, SKIPPED, SENT = MessageStatus.QUEUED, MessageStatus.SKIPPED, MessageStatus.SENT


def test_day_by_day_each_step_once() -> None:
    RenewalFactory()
    reminded = {day: run(day) for day in [*map(jan, range(15, 32)), *map(feb, range(1, 15))]}
    assert [day for day, members in reminded.items() if members] == [jan(27), feb(3), feb(7), feb(9)]
    assert ladder() == [
        ("2027-02-10/minus/1", QUEUED),
        ("2027-02-10/minus/14", QUEUED),
        ("2027-02-10/minus/3", QUEUED),
        ("2027-02-10/minus/7", QUEUED),
    ]


def test_a_second_run_on_the_same_day_changes_nothing() -> None:
    RenewalFactory.create_batch(3)
    assert run(jan(27)) == 3
    before = list(OutboxMessage.objects.order_by("pk").values())
    assert run(jan(27)) == 0
    assert list(OutboxMessage.objects.order_by("pk").values()) == before


def test_after_skipped_days_the_latest_step_is_sent_and_the_others_are_noted() -> None:
    RenewalFactory()
    assert run(feb(8)) == 1
    assert ladder() == [
        ("2027-02-10/minus/14", SKIPPED),
        ("2027-02-10/minus/3", QUEUED),
        ("2027-02-10/minus/7", SKIPPED),
    ]
    notes = OutboxMessage.objects.filter(status=SKIPPED).values_list("note", flat=True)
    assert set(notes) == {SUPERSEDED}
    assert run(feb(9)) == 1


def test_skipping_a_day_does_not_touch_what_was_sent() -> None:
    RenewalFactory()
    run(jan(27))
    send(at(jan(27), 7))
    run(feb(7))
    assert ladder() == [
        ("2027-02-10/minus/14", SENT),
        ("2027-02-10/minus/3", QUEUED),
        ("2027-02-10/minus/7", SKIPPED),
    ]


def test_whoever_was_invited_late_is_not_reminded_of_what_the_invitation_just_said() -> None:
    campaign = CampaignFactory(open=True)
    add_establishment(
        campaign_id=campaign.pk, establishment=EstablishmentFactory(), by=JOB, now=at(feb(3), 15)
    )
    assert [day for day in (3, 4, 5, 6, 7, 8, 9, 10) if run(feb(day))] == [7, 9]


def test_only_the_unanswered_are_reminded() -> None:
    unanswered = RenewalFactory(establishment__several_contacts=True)
    taken_back = RenewalFactory(taken_back=True)
    for trait in ("submitted", "in_review", "approved", "withdrawal_accepted", "withdrawn"):
        RenewalFactory(**{trait: True})
    assert run(jan(27)) == 2
    assert set(OutboxMessage.objects.filter(kind="reminder").values_list("recipient", flat=True)) == {
        address(unanswered.establishment, ContactRole.PRIMARY),
        address(unanswered.establishment, ContactRole.SECONDARY),
        address(taken_back.establishment, ContactRole.PRIMARY),
    }


def test_nobody_is_reminded_of_a_season_that_is_not_open() -> None:
    assert queue_reminders(campaign=CampaignFactory(), now=at(jan(27), 6)) == 0


def test_nobody_is_reminded_after_the_deadline() -> None:
    RenewalFactory()
    assert run(feb(11)) == 0
    assert ladder() == []


# --- re-checked at sending ----------------------------------------------------------------------------


def test_whoever_has_answered_meanwhile_is_not_reminded() -> None:
    answered, silent = RenewalFactory(), RenewalFactory()
    run(jan(27))
    submit(renewal_id=answered.pk, answer=unchanged(), by=clerk_of(answered), now=at(jan(27), 7))
    send(at(jan(27), 8))
    assert [message.to for message in mail.outbox] == [[address(silent.establishment, ContactRole.PRIMARY)]]
    skipped = OutboxMessage.objects.get(status=SKIPPED)
    assert (skipped.member_number, skipped.note) == (answered.establishment.member_number, ANSWERED_ALREADY)


def test_whoever_answered_and_took_it_back_is_reminded_of_the_next_step() -> None:
    renewal = RenewalFactory()
    run(jan(27))
    submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=at(jan(27), 7))
    send(at(jan(27), 8))
    take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=at(jan(28), 9))
    assert run(jan(28)) == 0
    assert run(feb(3)) == 1


def test_a_reminder_says_how_many_days_are_left_when_it_goes_out() -> None:
    RenewalFactory()
    run(jan(27))
    send(at(jan(29), 8))
    assert "12日" in mail.outbox[0].subject + mail.outbox[0].body


def test_a_reminder_that_waited_past_the_deadline_is_not_sent() -> None:
    RenewalFactory()
    run(feb(9))
    send(at(feb(11), 0))
    assert mail.outbox == []
    assert set(OutboxMessage.objects.exclude(note=SUPERSEDED).values_list("note", flat=True)) == {
        DEADLINE_PASSED
    }


# --- a moved deadline ---------------------------------------------------------------------------------


def moved(to: date, now: datetime) -> None:
    campaign = RenewalCampaign.objects.get()
    move_deadline(campaign_id=campaign.pk, deadline=to, reason="大雪のため", by=staff(), now=now)


def test_reminders_follow_the_new_day() -> None:
    RenewalFactory()
    run(jan(27))
    send(at(jan(27), 7))
    moved(feb(17), at(jan(29), 10))
    reminded = {day: run(day) for day in map(feb, range(1, 19))}
    assert [day for day, members in reminded.items() if members] == [feb(3), feb(10), feb(14), feb(16)]


def test_what_was_queued_for_the_old_day_is_not_sent() -> None:
    RenewalFactory()
    run(jan(27))
    moved(feb(17), at(jan(27), 7))
    send(at(jan(27), 8))
    assert mail.outbox == []
    assert OutboxMessage.objects.get(kind="reminder").note == DEADLINE_MOVED


def test_the_mail_about_the_move_stands_in_for_the_steps_it_overtakes() -> None:
    RenewalFactory()
    moved(feb(4), at(jan(29), 10))
    assert [day for day in [jan(29), jan(30), jan(31), *map(feb, range(1, 6))] if run(day)] == [
        feb(1),
        feb(3),
    ]
    assert {status for _, status in ladder()} == {QUEUED}


def test_a_deadline_moved_there_and_back_reminds_nobody_twice_of_the_same_step() -> None:
    RenewalFactory()
    run(jan(27))
    moved(feb(17), at(jan(28), 9))
    moved(feb(10), at(jan(28), 10))
    assert run(jan(28)) == 0
    assert run(feb(3)) == 1
    assert ladder() == [("2027-02-10/minus/14", QUEUED), ("2027-02-10/minus/7", QUEUED)]


# --- a day of one's own -------------------------------------------------------------------------------


def extended(renewal: Renewal, until: date, now: datetime) -> None:
    reopen(renewal_id=renewal.pk, until=until, reason="電話での依頼", by=staff(), now=now)


def test_whoever_was_given_longer_has_a_ladder_of_their_own() -> None:
    longer, usual = RenewalFactory(), RenewalFactory()
    run(jan(27))
    extended(longer, feb(24), at(feb(2), 9))
    for day in map(feb, range(2, 26)):
        run(day)
    assert [step for step, _ in ladder(longer)] == [
        "2027-02-10/minus/14",
        "2027-02-24/minus/1",
        "2027-02-24/minus/14",
        "2027-02-24/minus/3",
        "2027-02-24/minus/7",
    ]
    assert [step for step, _ in ladder(usual)] == [
        "2027-02-10/minus/1",
        "2027-02-10/minus/14",
        "2027-02-10/minus/3",
        "2027-02-10/minus/7",
    ]
    assert {status for _, status in ladder()} == {QUEUED}


def test_whoever_is_let_in_after_the_deadline_is_reminded_before_their_own_day() -> None:
    renewal = RenewalFactory()
    extended(renewal, feb(20), at(feb(15), 9))
    assert [day for day in map(feb, range(15, 22)) if run(day)] == [feb(17), feb(19)]


def test_a_deadline_moved_past_their_own_day_takes_them_along() -> None:
    renewal = RenewalFactory()
    extended(renewal, feb(12), at(jan(28), 9))
    moved(feb(24), at(jan(29), 10))
    assert [day for day in map(feb, range(1, 26)) if run(day)] == [feb(10), feb(17), feb(21), feb(23)]
    assert {topic[:10] for topic, _ in ladder(renewal)} == {"2027-02-24"}


def test_whoever_was_just_told_of_the_reopening_is_not_reminded_on_top() -> None:
    renewal = RenewalFactory(submitted=True)
    extended(renewal, feb(10), at(feb(8), 10))
    assert run(feb(8)) == 0
    assert run(feb(9)) == 1
    assert ladder(renewal) == [("2027-02-10/minus/1", QUEUED)]


def test_whoever_joined_late_is_noted_no_step_that_was_never_theirs() -> None:
    campaign = CampaignFactory(open=True)
    establishment = EstablishmentFactory()
    add_establishment(campaign_id=campaign.pk, establishment=establishment, by=JOB, now=at(feb(4), 15))
    assert run(feb(9)) == 1
    assert ladder() == [("2027-02-10/minus/1", QUEUED), ("2027-02-10/minus/3", SKIPPED)]


def test_whoever_has_no_address_is_not_counted() -> None:
    renewal = RenewalFactory()
    renewal.establishment.contacts.all().delete()
    assert run(jan(27)) == 0


def test_after_an_outage_of_the_mail_server_one_reminder_goes_and_not_four() -> None:
    RenewalFactory()
    for day in (jan(27), feb(3), feb(7), feb(9)):
        run(day)
    send(at(feb(9), 12))
    [letter] = mail.outbox
    assert letter.subject.startswith("【JAIM】あと1日")
    assert sorted(ladder()) == [
        ("2027-02-10/minus/1", SENT),
        ("2027-02-10/minus/14", SKIPPED),
        ("2027-02-10/minus/3", SKIPPED),
        ("2027-02-10/minus/7", SKIPPED),
    ]


# --- many members -------------------------------------------------------------------------------------


def test_the_queries_do_not_depend_on_how_many_are_reminded() -> None:
    queries = []
    for members, day in ((2, jan(27)), (20, feb(3))):
        RenewalFactory.create_batch(members)
        with CaptureQueriesContext(connection) as captured:
            run(day)
        queries.append([query["sql"] for query in captured if not query["sql"].startswith("INSERT")])
    assert len(queries[0]) == len(queries[1]) <= 12


def test_in_chunks_everybody_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renewals.reminders.CHUNK", 2)
    RenewalFactory.create_batch(5)
    assert run(jan(27)) == 5
    assert len(ladder()) == 5


def test_killed_between_chunks_the_rest_is_reminded_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    from renewals import reminders

    monkeypatch.setattr(reminders, "CHUNK", 2)
    RenewalFactory.create_batch(5)
    original, calls = reminders.queue, []

    def kill(*args: object, **kwargs: object) -> int:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*args, **kwargs)

    monkeypatch.setattr(reminders, "queue", kill)
    with pytest.raises(KeyboardInterrupt):
        run(jan(27))
    assert len(ladder()) == 2
    assert run(jan(27)) == 3
