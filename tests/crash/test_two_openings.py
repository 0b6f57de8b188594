"""Two openings at the same moment create nothing twice; without the lock and the constraint they would."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection

from audit.models import AuditEvent
from audit.trail import verify_chain
from mailing.models import OutboxMessage
from renewals import campaign
from renewals.campaign import continue_opening, open_campaign
from renewals.models import Renewal, RenewalCampaign
from tests.crash.books import enlist
from tests.factories import JOB, OPENED_AT, CampaignFactory
from tests.races import meet_before, race, refusals, without_immediate_transactions, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS = 6
ONE_RENEWAL_EACH = "one_renewal_per_establishment_and_campaign"


def opening(season: RenewalCampaign) -> Callable[[], int]:
    """What the button does, and the job after it."""

    def open_it() -> int:
        open_campaign(campaign_id=season.pk, by=JOB, now=OPENED_AT)
        return continue_opening(campaign_id=season.pk, now=OPENED_AT, chunk=2)

    return open_it


def test_two_openings_at_once_open_one_season(monkeypatch: pytest.MonkeyPatch) -> None:
    enlist(MEMBERS)
    season = CampaignFactory()
    meet_before(monkeypatch, campaign, "_enrol")
    outcomes = race(opening(season), opening(season))
    assert refusals(outcomes) == []
    assert sum(outcomes) == MEMBERS
    assert Renewal.objects.count() == OutboxMessage.objects.count() == MEMBERS
    assert AuditEvent.objects.filter(verb="campaign.open").count() == 1
    assert AuditEvent.objects.filter(verb="renewal.enrol").count() == MEMBERS
    season.refresh_from_db()
    assert season.opening_finished_at is not None
    verify_chain()


def test_opening_at_once_records_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    season = CampaignFactory()
    meet_before(monkeypatch, campaign, "schedule_for")
    later = OPENED_AT + timedelta(minutes=1)
    outcomes = race(
        lambda: open_campaign(campaign_id=season.pk, by=JOB, now=OPENED_AT),
        lambda: open_campaign(campaign_id=season.pk, by=JOB, now=later),
    )
    assert refusals(outcomes) == []
    assert len({outcome.opened_at for outcome in outcomes}) == 1
    assert AuditEvent.objects.filter(verb="campaign.open").count() == 1


# --- negative controls: the two really meet ---------------------------------------------------------------


@pytest.mark.postgres
def test_without_the_lock_only_the_constraint_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    enlist(MEMBERS)
    season = CampaignFactory(open=True)
    without_row_locks(monkeypatch)
    meet_before(monkeypatch, campaign, "_enrol")
    [error] = refusals(race(opening(season), opening(season)))
    assert isinstance(error, IntegrityError)
    assert ONE_RENEWAL_EACH in str(error)


@pytest.mark.postgres
def test_without_the_constraint_either_members_would_take_part_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    enlist(MEMBERS)
    season = CampaignFactory(open=True)
    without_row_locks(monkeypatch)
    monkeypatch.setattr(
        campaign, "record", lambda *events, now: None
    )  # its own lock would hold one of them up
    meet_before(monkeypatch, campaign, "_enrol")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE renewals_renewal DROP CONSTRAINT {ONE_RENEWAL_EACH}")
    try:
        assert refusals(race(opening(season), opening(season))) == []
        assert Renewal.objects.count() > MEMBERS
    finally:
        Renewal.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE renewals_renewal ADD CONSTRAINT {ONE_RENEWAL_EACH} "
                "UNIQUE (campaign_id, establishment_id)"
            )


@pytest.mark.sqlite
def test_without_immediate_transactions_one_of_them_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    enlist(MEMBERS)
    season = CampaignFactory(open=True)
    without_immediate_transactions(monkeypatch)
    meet_before(monkeypatch, campaign, "_enrol")
    [error] = refusals(race(opening(season), opening(season)))
    assert isinstance(error, OperationalError)
