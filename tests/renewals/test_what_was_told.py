"""What members are told of the last day: the day that holds when the mail goes, and only what is news to them."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from members.models import Establishment, StaffRole
from renewals.campaign import continue_opening, move_deadline, open_campaign
from renewals.lifecycle import reopen
from renewals.models import RenewalCampaign
from renewals.reasons import DEADLINE_KNOWN, DEADLINE_MOVED
from tests.factories import JOB, OPENED_AT, CampaignFactory, EstablishmentFactory, staff

pytestmark = pytest.mark.django_db

EARLIER, FIRST, LATER = date(2027, 2, 8), date(2027, 2, 10), date(2027, 2, 17)
MOVED_AT = at(date(2027, 1, 29), 10)


@pytest.fixture
def member() -> Establishment:
    """The only member of a season that was just opened; nothing is sent yet."""
    establishment = EstablishmentFactory()
    campaign = open_campaign(campaign_id=CampaignFactory().pk, by=JOB, now=OPENED_AT)
    continue_opening(campaign_id=campaign.pk, now=OPENED_AT)
    return establishment


def moved(deadline: date, now: datetime = MOVED_AT) -> None:
    move_deadline(
        campaign_id=RenewalCampaign.objects.get().pk,
        deadline=deadline,
        reason="大雪",
        by=staff(StaffRole.MANAGER),
        now=now,
    )


def sent(now: datetime) -> list[str]:
    """What goes out at ``now``: subject and body of each."""
    mail.outbox.clear()
    deliver_due(now=now)
    return [f"{letter.subject}\n{letter.body}" for letter in mail.outbox]


def notes() -> list[str]:
    return list(OutboxMessage.objects.order_by("topic").values_list("note", flat=True))


def test_an_invitation_that_waited_names_the_day_that_holds_by_now(member: Establishment) -> None:
    moved(EARLIER, OPENED_AT + timedelta(minutes=5))
    invitation = next(
        letter for letter in sent(OPENED_AT + timedelta(minutes=6)) if "受付を始めました" in letter
    )
    assert "2月8日締切" in invitation
    assert "締切日：2027年2月8日（月）" in invitation


def test_a_notice_names_the_day_before_and_excuses_a_shorter_time(member: Establishment) -> None:
    sent(OPENED_AT)
    moved(EARLIER)
    [notice] = sent(MOVED_AT)
    assert "新しい締切日：2027年2月8日（月）\nこれまでの締切日：2027年2月10日（水）" in notice
    assert "申し訳ございません" in notice
    moved(LATER, MOVED_AT + timedelta(days=1))
    [notice] = sent(MOVED_AT + timedelta(days=1))
    assert "新しい締切日：2027年2月17日（水）\nこれまでの締切日：2027年2月8日（月）" in notice
    assert "申し訳ございません" not in notice


def test_a_slip_that_was_mended_at_once_is_no_news(member: Establishment) -> None:
    sent(OPENED_AT)
    moved(LATER)
    moved(FIRST, MOVED_AT + timedelta(minutes=1))
    assert sent(MOVED_AT + timedelta(minutes=2)) == []
    assert notes() == [DEADLINE_MOVED, DEADLINE_KNOWN, ""]


def test_a_move_back_is_news_to_whoever_was_told_of_the_move(member: Establishment) -> None:
    sent(OPENED_AT)
    moved(LATER)
    sent(MOVED_AT)
    moved(FIRST, MOVED_AT + timedelta(days=1))
    [notice] = sent(MOVED_AT + timedelta(days=1))
    assert "新しい締切日：2027年2月10日（水）\nこれまでの締切日：2027年2月17日（水）" in notice


def test_what_was_written_just_before_the_move_does_not_count_as_told(member: Establishment) -> None:
    """A batch is written up to a claim before it goes."""
    moved(LATER, OPENED_AT + timedelta(seconds=60))
    OutboxMessage.objects.filter(kind="campaign_opened").update(
        status="sent", sent_at=OPENED_AT + timedelta(seconds=90)
    )
    [notice] = sent(OPENED_AT + timedelta(seconds=100))
    assert "新しい締切日：2027年2月17日（水）" in notice


def test_a_day_of_ones_own_is_told_as_it_is(member: Establishment) -> None:
    sent(OPENED_AT)
    renewal = member.renewals.get()
    reopen(renewal_id=renewal.pk, until=date(2027, 2, 12), reason="電話", by=staff(), now=MOVED_AT)
    sent(MOVED_AT)
    moved(LATER, MOVED_AT + timedelta(days=1))
    assert "新しい締切日：2027年2月17日（水）" in sent(MOVED_AT + timedelta(days=1))[0]
    moved(FIRST, MOVED_AT + timedelta(days=2))
    [notice] = sent(MOVED_AT + timedelta(days=2))
    assert "新しい締切日：2027年2月12日（金）" in notice
