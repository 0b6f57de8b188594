"""Two openings started at the same moment create nothing twice; without the lock they would."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, OperationalError

from audit.models import AuditEvent
from audit.trail import verify_chain
from mailing.models import OutboxMessage
from renewals import campaign as campaigns
from renewals.campaign import continue_opening, open_campaign
from renewals.models import Renewal, RenewalCampaign
from tests.factories import JOB, OPENED_AT, CampaignFactory, EstablishmentFactory
from tests.races import meet_before, race, refusals, without_immediate_transactions, without_row_locks

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS = 7


@pytest.fixture
def opening() -> Callable[[], int]:
    """Open the season and enrol everybody, as the page and the worker do."""
    EstablishmentFactory.create_batch(MEMBERS)
    campaign = CampaignFactory()

    def run() -> int:
        open_campaign(campaign_id=campaign.pk, by=JOB, now=OPENED_AT)
        return continue_opening(campaign_id=campaign.pk, now=OPENED_AT, chunk=2)

    return run


def already_open() -> None:
    """So that the two meet in enrolling and nowhere before."""
    open_campaign(campaign_id=RenewalCampaign.objects.get().pk, by=JOB, now=OPENED_AT)


def counts() -> tuple[int, int, int]:
    return (
        Renewal.objects.count(),
        OutboxMessage.objects.filter(kind="campaign_opened").count(),
        AuditEvent.objects.filter(verb="renewal.enrol").count(),
    )


@pytest.mark.parametrize("together_in", ["_enrol", "schedule_for"])
def test_everybody_once(
    together_in: str, opening: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_before(monkeypatch, campaigns, together_in)
    outcomes = race(opening, opening)
    assert refusals(outcomes) == []
    assert sum(outcomes) == MEMBERS
    assert counts() == (MEMBERS, MEMBERS, MEMBERS)
    assert AuditEvent.objects.filter(verb="campaign.open").count() == 1
    assert verify_chain() == AuditEvent.objects.count()
    assert RenewalCampaign.objects.get().opening_finished_at == OPENED_AT


@pytest.mark.postgres
def test_without_the_lock_they_collide(opening: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    already_open()
    without_row_locks(monkeypatch)
    meet_before(monkeypatch, campaigns, "_enrol", held_up=False)
    errors = refusals(race(opening, opening))
    assert errors
    assert all(isinstance(error, IntegrityError) for error in errors)
    assert any("one_renewal_per_establishment_and_campaign" in str(error) for error in errors)


@pytest.mark.sqlite
def test_without_immediate_transactions_they_collide(
    opening: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    already_open()
    without_immediate_transactions(monkeypatch)
    meet_before(monkeypatch, campaigns, "_enrol", held_up=False)
    errors = refusals(race(opening, opening))
    assert errors
    assert all(isinstance(error, OperationalError) for error in errors)


@pytest.mark.parametrize("collided", [True, False], ids=["after a collision", "undisturbed"])
def test_whatever_was_left_is_finished_by_the_next_run(
    collided: bool, opening: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if collided:
        with monkeypatch.context() as patch:
            without_row_locks(patch)
            meet_before(patch, campaigns, "_enrol")
            race(opening, opening)
    opening()
    assert counts() == (MEMBERS, MEMBERS, MEMBERS)
