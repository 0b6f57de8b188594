"""Opening a season: everybody once, one mail per address, and going on where it was interrupted."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from audit.trail import verify_chain
from fees.models import FeeSchedule
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import ContactRole, Establishment
from renewals import campaign as campaigns
from renewals.campaign import add_establishment, continue_opening, continue_openings, open_campaign
from renewals.models import Renewal, RenewalCampaign
from renewals.quoting import NoFeeSchedule
from renewals.refusals import NotAllowed
from renewals.status import Status
from tests.factories import (
    JOB,
    OPENED_AT,
    SUBMITTED_AT,
    CampaignFactory,
    ContactFactory,
    EstablishmentFactory,
    RenewalFactory,
    address,
)

pytestmark = pytest.mark.django_db


def opened(now: datetime = OPENED_AT) -> RenewalCampaign:
    return open_campaign(campaign_id=CampaignFactory().pk, by=JOB, now=now)


def enrol(campaign: RenewalCampaign, chunk: int = 500) -> int:
    return continue_opening(campaign_id=campaign.pk, now=OPENED_AT, chunk=chunk)


def invitations() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind="campaign_opened").order_by("member_number", "recipient"))


# --- the switch ---------------------------------------------------------------------------------------


def test_opening_is_one_switch() -> None:
    campaign = opened()
    campaign.refresh_from_db()
    assert (campaign.is_open, campaign.opened_at, campaign.opening_finished_at) == (True, OPENED_AT, None)
    entry = AuditEvent.objects.get(verb="campaign.open")
    assert (entry.subject, entry.details) == ("campaign:2027", {"deadline": "2027-02-10"})


def test_opening_twice_opens_once() -> None:
    campaign = opened()
    open_campaign(campaign_id=campaign.pk, by=JOB, now=SUBMITTED_AT)
    campaign.refresh_from_db()
    assert campaign.opened_at == OPENED_AT
    assert AuditEvent.objects.filter(verb="campaign.open").count() == 1


def test_a_season_whose_deadline_has_passed_does_not_open() -> None:
    with pytest.raises(NotAllowed, match="2027年2月10日（水）"):
        opened(at(date(2027, 2, 11), 0))
    assert not RenewalCampaign.objects.get().is_open
    assert opened(at(date(2027, 2, 10), 23, 59)).is_open


def test_a_season_without_rates_does_not_open() -> None:
    FeeSchedule.objects.all().delete()
    with pytest.raises(NoFeeSchedule):
        opened()
    assert not RenewalCampaign.objects.get().is_open


def test_nobody_is_enrolled_before_the_opening() -> None:
    EstablishmentFactory()
    assert enrol(CampaignFactory()) == 0
    assert not Renewal.objects.exists()


# --- who ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined_on", "left_on", "takes_part"),
    [
        (date(2025, 4, 1), None, True),
        (date(2027, 1, 15), None, True),
        (date(2027, 1, 16), None, False),
        (date(2025, 4, 1), date(2027, 1, 14), False),
        (date(2025, 4, 1), date(2027, 2, 28), False),
        (date(2025, 4, 1), date(2027, 3, 31), False),
        (date(2025, 4, 1), date(2027, 4, 30), True),
    ],
    ids=[
        "a member",
        "joined on the day",
        "joined after the opening",
        "left before",
        "leaves in the season",
        "leaves on 31 March",
        "leaves in the new year",
    ],
)
def test_who_takes_part(joined_on: date, left_on: date | None, takes_part: bool) -> None:
    EstablishmentFactory(joined_on=joined_on, left_on=left_on)
    assert enrol(opened()) == takes_part
    assert Renewal.objects.count() == len(invitations()) == takes_part


def test_each_starts_with_nothing_answered_and_an_entry_in_the_trail() -> None:
    establishment = EstablishmentFactory()
    campaign = opened()
    enrol(campaign)
    renewal = Renewal.objects.get()
    assert (renewal.status, renewal.campaign, renewal.establishment) == (
        Status.NOT_STARTED,
        campaign,
        establishment,
    )
    entry = AuditEvent.objects.get(verb="renewal.enrol")
    assert (entry.subject, entry.actor) == (f"renewal:{renewal.pk}", "job:opening")
    assert entry.member_number == establishment.member_number


# --- one mail per address -----------------------------------------------------------------------------


def test_contacts_1_and_2_get_a_mail_and_the_billing_contact_none() -> None:
    establishment = EstablishmentFactory(several_contacts=True)
    enrol(opened())
    assert [message.recipient for message in invitations()] == [
        address(establishment, ContactRole.PRIMARY),
        address(establishment, ContactRole.SECONDARY),
    ]


def test_one_person_in_both_roles_gets_one_mail() -> None:
    establishment = EstablishmentFactory()
    first = establishment.contacts.get(role=ContactRole.PRIMARY)
    ContactFactory(establishment=establishment, secondary=True, email=first.email.upper())
    enrol(opened())
    assert [message.recipient for message in invitations()] == [first.email]


def test_a_billing_contact_who_is_contact_1_as_well_gets_procedural_mail_as_contact_1() -> None:
    establishment = EstablishmentFactory()
    establishment.contacts.filter(role=ContactRole.BILLING).update(
        email=address(establishment, ContactRole.PRIMARY)
    )
    enrol(opened())
    assert len(invitations()) == 1


def test_one_person_for_two_establishments_gets_a_mail_for_each() -> None:
    for establishment in EstablishmentFactory.create_batch(2, contacts=[]):
        ContactFactory(establishment=establishment, email="soumu@example.jp")
    enrol(opened())
    assert [message.recipient for message in invitations()] == ["soumu@example.jp"] * 2


def test_an_establishment_without_contacts_takes_part_all_the_same() -> None:
    EstablishmentFactory(contacts=[])
    assert enrol(opened()) == 1
    assert invitations() == []


# --- in steps -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("members", "chunk"), [(0, 3), (1, 3), (3, 3), (7, 3)])
def test_in_chunks_of_any_size_everybody_once(members: int, chunk: int) -> None:
    EstablishmentFactory.create_batch(members)
    campaign = opened()
    assert enrol(campaign, chunk) == members
    assert enrol(campaign, chunk) == 0
    campaign.refresh_from_db()
    assert campaign.opening_finished_at == OPENED_AT
    assert Renewal.objects.count() == len(invitations()) == members
    assert AuditEvent.objects.filter(verb="renewal.enrol").count() == members


def test_whoever_joins_after_the_opening_finished_is_not_swept_in() -> None:
    campaign = opened()
    enrol(campaign)
    EstablishmentFactory()
    assert enrol(campaign) == 0


def test_the_queries_of_a_chunk_do_not_depend_on_how_many_members_it_holds() -> None:
    """Reads and changes; SQLite, which takes few values at once, splits the inserts of bulk work."""
    queries, inserts = {}, {}
    for members in (3, 40):
        Establishment.objects.update(joined_on=date(2030, 1, 1))
        EstablishmentFactory.create_batch(members, several_contacts=True)
        campaign = opened()
        RenewalCampaign.objects.update(opening_finished_at=None)
        with CaptureQueriesContext(connection) as captured:
            assert enrol(campaign) == members
        inserts[members] = [q["sql"] for q in captured if q["sql"].startswith("INSERT")]
        queries[members] = len(captured) - len(inserts[members])
    assert queries[3] == queries[40] <= 12
    assert len(inserts[3]) == 3
    assert len(inserts[40]) <= 5


class Killed(BaseException):
    """Nothing catches it."""


@pytest.mark.parametrize("at_call", [1, 2, 3], ids=["first chunk", "in the middle", "last chunk"])
@pytest.mark.parametrize("place", ["queue", "record"])
def test_killed_in_any_chunk_it_goes_on_where_it_stopped(
    place: str, at_call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    EstablishmentFactory.create_batch(8)
    campaign, calls, original = opened(), [], getattr(campaigns, place)

    def kill(*args: object, **kwargs: object) -> object:
        calls.append(place)
        if len(calls) == at_call:
            raise Killed
        return original(*args, **kwargs)

    monkeypatch.setattr(campaigns, place, kill)
    with pytest.raises(Killed):
        enrol(campaign, chunk=3)
    done = (at_call - 1) * 3
    assert Renewal.objects.count() == len(invitations()) == done
    assert AuditEvent.objects.filter(verb="renewal.enrol").count() == done
    assert continue_openings(now=SUBMITTED_AT) == 8 - done
    assert Renewal.objects.count() == len(invitations()) == 8
    assert verify_chain() == AuditEvent.objects.count()
    assert continue_openings(now=SUBMITTED_AT) == 0


# --- adding one later ---------------------------------------------------------------------------------


def test_the_secretariat_adds_one_that_was_admitted_later() -> None:
    campaign = opened()
    enrol(campaign)
    establishment = EstablishmentFactory(joined_on=date(2027, 1, 18))
    renewal = add_establishment(
        campaign_id=campaign.pk, establishment=establishment, by=JOB, now=SUBMITTED_AT
    )
    assert (renewal.establishment, renewal.status) == (establishment, Status.NOT_STARTED)
    assert [message.recipient for message in invitations()] == [address(establishment, ContactRole.PRIMARY)]
    assert AuditEvent.objects.get(verb="renewal.enrol").actor == "job:test"


def test_whoever_takes_part_is_not_added_again() -> None:
    renewal = RenewalFactory()
    with pytest.raises(NotAllowed, match="すでに"):
        add_establishment(
            campaign_id=renewal.campaign_id, establishment=renewal.establishment, by=JOB, now=SUBMITTED_AT
        )


def test_nobody_is_added_before_the_opening() -> None:
    with pytest.raises(NotAllowed, match="まだ始まっていません"):
        add_establishment(
            campaign_id=CampaignFactory().pk, establishment=EstablishmentFactory(), by=JOB, now=OPENED_AT
        )
