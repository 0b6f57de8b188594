"""Moving the deadline: the old day stays visible, the unanswered are told, reminders follow the new day."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from audit.models import AuditEvent
from fiscal_calendar.season import season_calendar
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import ContactRole, StaffRole
from renewals.campaign import move_deadline, plan_campaign, preview_deadline, replan_campaign
from renewals.models import DeadlineChange, Renewal, RenewalCampaign
from renewals.refusals import NotAllowed, Stale
from tests.constraints import violates
from tests.factories import JOB, PLANNED_AT, SEASON, CampaignFactory, RenewalFactory, address, staff

pytestmark = pytest.mark.django_db

FIRST = date(2027, 2, 10)
LATER = date(2027, 2, 17)
NOW = at(date(2027, 1, 29), 10)


def moved(
    campaign: RenewalCampaign, deadline: date = LATER, *, reason: str = "大雪のため", now: datetime = NOW
) -> DeadlineChange | None:
    change = move_deadline(
        campaign_id=campaign.pk, deadline=deadline, reason=reason, by=staff(StaffRole.MANAGER), now=now
    )
    campaign.refresh_from_db()
    return change


def notices() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="deadline_moved").order_by("topic", "recipient"))


def test_a_deadline_is_moved_from_where_the_page_saw_it() -> None:
    campaign = CampaignFactory(open=True)
    moved(campaign, LATER)
    with pytest.raises(Stale, match="2027年2月17日（水）"):
        move_deadline(
            campaign_id=campaign.pk,
            seen=FIRST,
            deadline=date(2027, 2, 15),
            reason="大雪",
            by=staff(StaffRole.MANAGER),
            now=NOW,
        )
    assert RenewalCampaign.objects.get().deadline == LATER


# --- planning -----------------------------------------------------------------------------------------


def test_a_season_is_planned_with_its_days() -> None:
    campaign = plan_campaign(calendar=season_calendar(SEASON), by=JOB, now=PLANNED_AT)
    campaign.refresh_from_db()
    assert (campaign.opens_on, campaign.deadline) == (date(2027, 1, 15), FIRST)
    assert (campaign.debit_on, campaign.fallback_on) == (date(2027, 3, 1), date(2027, 3, 4))
    assert (campaign.is_open, campaign.deadline_version) == (False, 1)
    assert campaign.effective_withdrawal_on == date(2027, 3, 31)
    assert AuditEvent.objects.get().verb == "campaign.plan"


def test_days_can_be_corrected_until_somebody_was_told_of_them() -> None:
    campaign = CampaignFactory()
    calendar = replace(season_calendar(SEASON), opens_on=date(2027, 1, 12))
    replan_campaign(campaign_id=campaign.pk, calendar=calendar, by=JOB, now=PLANNED_AT)
    campaign.refresh_from_db()
    assert campaign.opens_on == date(2027, 1, 12)
    assert AuditEvent.objects.get(verb="campaign.replan").details["opens_on"] == "2027-01-12"
    open_one = CampaignFactory(open=True)
    with pytest.raises(NotAllowed, match="締切日だけ"):
        replan_campaign(campaign_id=open_one.pk, calendar=calendar, by=JOB, now=NOW)


# --- history ------------------------------------------------------------------------------------------


def test_each_move_is_kept_with_the_old_day_who_and_why() -> None:
    campaign = CampaignFactory(open=True)
    moved(campaign)
    moved(campaign, date(2027, 2, 19), reason="大雪が続くため", now=NOW + timedelta(days=3))
    assert (campaign.deadline, campaign.deadline_version) == (date(2027, 2, 19), 3)
    first, second = campaign.deadline_changes.all()
    assert (first.version, first.previous, first.deadline, first.reason) == (2, FIRST, LATER, "大雪のため")
    assert (second.version, second.previous, second.deadline) == (3, LATER, date(2027, 2, 19))
    assert (first.changed_at, first.changed_by) == (NOW, staff(StaffRole.MANAGER))


def test_a_move_is_in_the_audit_trail() -> None:
    moved(CampaignFactory(open=True))
    entry = AuditEvent.objects.get(verb="campaign.move_deadline")
    assert entry.actor == f"user:{staff(StaffRole.MANAGER).pk}"
    assert entry.details == {"reason": "大雪のため", "previous": "2027-02-10", "deadline": "2027-02-17"}


def test_before_the_opening_the_day_is_corrected_and_nobody_is_told() -> None:
    campaign = CampaignFactory()
    assert moved(campaign) is None
    assert (campaign.deadline, campaign.deadline_version) == (LATER, 1)
    assert not DeadlineChange.objects.exists()
    assert notices() == []


def test_the_new_day_is_the_last_day_to_answer() -> None:
    renewal = RenewalFactory()
    moved(renewal.campaign)
    assert renewal.may_answer(renewal.campaign, LATER)
    assert not renewal.may_answer(renewal.campaign, LATER + timedelta(days=1))
    assert not renewal.is_unanswered(renewal.campaign, LATER)
    assert renewal.is_unanswered(renewal.campaign, LATER + timedelta(days=1))


def test_a_deadline_that_has_passed_can_still_be_moved_to_a_day_to_come() -> None:
    renewal = RenewalFactory()
    moved(renewal.campaign, date(2027, 2, 26), now=at(date(2027, 2, 12), 9))
    assert renewal.may_answer(renewal.campaign, date(2027, 2, 26))


# --- who is told --------------------------------------------------------------------------------------


def test_only_those_who_have_not_answered_are_told() -> None:
    unanswered = RenewalFactory(establishment__several_contacts=True)
    taken_back = RenewalFactory(taken_back=True)
    for trait in ("submitted", "in_review", "approved", "withdrawal_accepted", "withdrawn"):
        RenewalFactory(**{trait: True})
    moved(unanswered.campaign)
    told = [
        address(unanswered.establishment, ContactRole.PRIMARY),
        address(unanswered.establishment, ContactRole.SECONDARY),
        address(taken_back.establishment, ContactRole.PRIMARY),
    ]
    assert sorted(message.recipient for message in notices()) == sorted(told)


def test_whoever_was_granted_a_later_day_of_their_own_keeps_it_and_is_not_told() -> None:
    renewal = RenewalFactory(reopened=True)  # until 20 February
    assert preview_deadline(campaign=renewal.campaign, deadline=LATER, today=FIRST).members_told == 0
    moved(renewal.campaign, LATER)
    assert notices() == []
    moved(renewal.campaign, date(2027, 2, 24))
    assert [notice.member_number for notice in notices()] == [renewal.establishment.member_number]


def test_the_notice_names_both_days_and_its_version() -> None:
    renewal = RenewalFactory()
    moved(renewal.campaign)
    [notice] = notices()
    assert notice.topic == "campaign/2027/deadline/2"
    assert notice.params["deadline_version"] == 2


def test_a_second_move_is_a_mail_of_its_own() -> None:
    renewal = RenewalFactory()
    moved(renewal.campaign)
    moved(renewal.campaign, FIRST, now=NOW + timedelta(hours=1))
    assert [notice.topic for notice in notices()] == ["campaign/2027/deadline/2", "campaign/2027/deadline/3"]


def test_members_are_told_in_chunks_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renewals.campaign.CHUNK", 2)
    renewals = RenewalFactory.create_batch(5)
    moved(renewals[0].campaign)
    assert len(notices()) == 5


# --- what makes no sense ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deadline", "message"),
    [
        (FIRST, "変わっていません"),
        (date(2027, 1, 28), "今日以降"),
        (date(2027, 3, 1), "口座振替日"),
        (date(2027, 3, 2), "口座振替日"),
    ],
    ids=["the same day", "yesterday", "the debit day", "after the debit"],
)
def test_a_day_that_the_deadline_cannot_move_to(deadline: date, message: str) -> None:
    renewal = RenewalFactory()
    with pytest.raises(NotAllowed, match=message):
        moved(renewal.campaign, deadline)
    assert (RenewalCampaign.objects.get().deadline, notices()) == (FIRST, [])


@pytest.mark.parametrize(
    "deadline", [date(2027, 1, 29), date(2027, 2, 28)], ids=["today", "the eve of the debit"]
)
def test_the_outermost_days_it_can_move_to(deadline: date) -> None:
    campaign = CampaignFactory(open=True)
    moved(campaign, deadline)
    assert campaign.deadline == deadline


def test_before_the_opening_the_deadline_stays_behind_it() -> None:
    with pytest.raises(NotAllowed, match="受付開始日"):
        moved(CampaignFactory(), date(2027, 1, 14), now=PLANNED_AT)


@pytest.mark.parametrize("reason", ["", "  ", "　"])
def test_a_reason_is_needed(reason: str) -> None:
    with pytest.raises(NotAllowed, match="理由"):
        moved(CampaignFactory(open=True), reason=reason)
    assert RenewalCampaign.objects.get().deadline == FIRST


# --- the preview --------------------------------------------------------------------------------------


def test_the_preview_counts_whom_a_move_would_tell_and_changes_nothing() -> None:
    renewal = RenewalFactory()
    RenewalFactory(taken_back=True)
    RenewalFactory(submitted=True)
    preview = preview_deadline(campaign=renewal.campaign, deadline=LATER, today=NOW.date())
    assert (preview.previous, preview.deadline, preview.members_told) == (FIRST, LATER, 2)
    assert RenewalCampaign.objects.get().deadline == FIRST
    moved(renewal.campaign)
    assert Renewal.objects.filter(status="not_started").count() == len(notices()) == preview.members_told


def test_the_preview_before_the_opening_tells_nobody() -> None:
    assert preview_deadline(campaign=CampaignFactory(), deadline=LATER, today=NOW.date()).members_told == 0


# --- the database -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "days",
    [
        {"opens_on": date(2027, 2, 11)},
        {"debit_on": FIRST},
        {"fallback_on": date(2027, 3, 1)},
    ],
)
def test_a_seasons_days_are_in_order(days: dict[str, date]) -> None:
    campaign = CampaignFactory()
    with violates("season_days_are_in_order"):
        RenewalCampaign.objects.filter(pk=campaign.pk).update(**days)


def test_each_version_of_the_deadline_once() -> None:
    change = moved(CampaignFactory(open=True))
    change.pk = None
    with violates("deadline_version_once_per_campaign"):
        change.save(force_insert=True)


def test_a_move_really_moves() -> None:
    campaign = CampaignFactory(open=True)
    with violates("deadline_really_moved"):
        DeadlineChange.objects.create(
            campaign=campaign, version=2, previous=FIRST, deadline=FIRST, reason="-", changed_at=NOW
        )
