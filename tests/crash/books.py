"""The members of a season that opens, and the books that are checked when it has."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from audit.trail import verify_chain
from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from members.models import Contact, ContactRole, Establishment
from renewals.models import Renewal, RenewalCampaign
from tests.crash.stage import Delivery
from tests.factories import CampaignFactory, CorporationFactory

JOINED_ON = date(2025, 6, 1)


def enlist(count: int) -> set[str]:
    """``count`` members with a contact each; returns the contacts' addresses."""
    corporation = CorporationFactory()
    establishments = Establishment.objects.bulk_create(
        Establishment(
            member_number=f"S{number:06}",
            corporation=corporation,
            name=f"第{number}工場",
            joined_on=JOINED_ON,
        )
        for number in range(count)
    )
    contacts = Contact.objects.bulk_create(
        Contact(
            establishment=establishment,
            role=ContactRole.PRIMARY,
            email=f"contact@{establishment.member_number.lower()}.example.jp",
        )
        for establishment in establishments
    )
    return {contact.email for contact in contacts}


def open_season() -> RenewalCampaign:
    """Open the season whose deadline is the next to come: mail about it is due now."""
    now = timezone.now()
    return CampaignFactory(fiscal_year=day_of(now).year + 1, open=True, opened_at=now)


def is_opened() -> bool:
    return RenewalCampaign.objects.filter(opening_finished_at__isnull=False).exists()


def is_all_sent() -> bool:
    return is_opened() and not OutboxMessage.objects.filter(status=MessageStatus.QUEUED).exists()


@dataclass(frozen=True)
class MailBook:
    """What became of the mails of a season that opened.

    ``lost`` never reached the server; ``second`` went under another Message-ID as well; ``repeated`` counts
    deliveries beyond the first under the same Message-ID.
    """

    lost: frozenset[str]
    second: frozenset[str]
    repeated: int


def mail_book(deliveries: list[Delivery], *, expected: set[str]) -> MailBook:
    ids: dict[str, set[str]] = defaultdict(set)
    for delivery in deliveries:
        ids[delivery.recipient].add(delivery.message_id)
    per_id = Counter(delivery.message_id for delivery in deliveries)
    return MailBook(
        lost=frozenset(expected - ids.keys()),
        second=frozenset(recipient for recipient, under in ids.items() if len(under) > 1),
        repeated=sum(times - 1 for times in per_id.values()),
    )


def check_season(campaign: RenewalCampaign, *, expected: set[str]) -> None:
    """Every member takes part once, has one mail, which is sent, and one entry in a trail that verifies."""
    members = Establishment.objects.count()
    assert campaign.renewals.count() == members
    assert Renewal.objects.values("establishment").distinct().count() == members
    sent = OutboxMessage.objects.filter(status=MessageStatus.SENT)
    assert OutboxMessage.objects.count() == sent.count() == len(expected)
    assert set(sent.values_list("recipient", flat=True)) == expected
    assert verify_chain() == members + 2, "planned, opened, and everybody enrolled once"
