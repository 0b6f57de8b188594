"""A season in full swing: answers, decisions, fees, mails and the audit trail, as the verbs would have left them.

The verbs themselves would take an hour over a hundred thousand members; constraints, triggers and the chain of the
trail hold here as there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction

from audit.models import AuditEvent, AuditHead
from audit.trail import entry_hash
from benchmarks.data.bulk import BATCH, write
from benchmarks.floor.models import PlainRow
from fees.models import FixedFee
from fiscal_calendar.japanese import format_day, format_day_time
from fiscal_calendar.tokyo import day_of
from jaim_portal.demo.season import OPENED_DAYS_AGO, demo_season
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.rendering import render
from mailing.status import MessageStatus
from members.models import Establishment, StaffRole, User, procedural_addresses
from renewals.messages import (
    APPROVED,
    CAMPAIGN_OPENED,
    REMINDER,
    SUBMISSION_RECEIPT,
    WITHDRAWAL_GUIDANCE,
    season_values,
    short_day,
)
from renewals.models import Renewal, RenewalCampaign, Submission
from renewals.quoting import applied_by_establishment, carried_over, schedule_for
from renewals.receipts import receipt_number
from renewals.status import ANSWERED, Intent, Status

MANAGER = "manager@secretariat.example"
FAILED_MAILS = 20


def state_at(place: int) -> tuple[Status, str]:
    """Of twenty establishments eight have not answered, six await review, five are approved, one leaves."""
    of_twenty = place % 20
    if of_twenty < 8:
        return Status.NOT_STARTED, ""
    if of_twenty < 14:
        return Status.SUBMITTED, Intent.WITHDRAW if of_twenty == 13 else Intent.UNCHANGED
    if of_twenty < 19:
        return Status.APPROVED, Intent.UNCHANGED
    return Status.WITHDRAWAL_ACCEPTED, Intent.WITHDRAW


@dataclass(frozen=True)
class Season:
    """What every row of the season needs."""

    campaign: RenewalCampaign
    manager: User
    now: datetime

    @property
    def opened_at(self) -> datetime:
        return self.now - timedelta(days=OPENED_DAYS_AGO)

    def submitted_at(self, place: int) -> datetime:
        """Spread over the days since the opening, but for the last two."""
        return self.opened_at + timedelta(minutes=place * 7 % ((OPENED_DAYS_AGO - 2) * 24 * 60))


def seed(*, now: datetime) -> RenewalCampaign:
    """The season of the establishments that are there, 20 days after its opening."""
    with transaction.atomic():
        season = Season(_campaign(now), _manager(), now)
        trail = Trail()
        write_mails = Mails(season)
        establishments = Establishment.objects.select_related("corporation").prefetch_related(
            "contacts", "assignments"
        )
        place = 0
        after = 0
        while found := list(establishments.filter(pk__gt=after).order_by("pk")[:BATCH]):
            after = found[-1].pk
            _enrol(season, list(enumerate(found, start=place)), trail, write_mails)
            place += len(found)
        trail.finish()
        _some_mails_failed()
    return season.campaign


def _campaign(now: datetime) -> RenewalCampaign:
    calendar = demo_season(day_of(now))
    opened_at = now - timedelta(days=OPENED_DAYS_AGO)
    return RenewalCampaign.objects.create(
        fiscal_year=calendar.fiscal_year,
        opens_on=calendar.opens_on,
        deadline=calendar.deadline,
        debit_on=calendar.debit_on,
        fallback_on=calendar.fallback_on,
        opened_at=opened_at,
        opening_finished_at=opened_at + timedelta(minutes=10),
    )


def _manager() -> User:
    """A manager of the secretariat, who may also see the floor's plain rows."""
    manager = User.objects.create(email=MANAGER, name="管理 花子", role=StaffRole.MANAGER, password="!")
    manager.user_permissions.set(Permission.objects.filter(content_type__app_label="floor"))
    return manager


def _enrol(season: Season, placed: list[tuple[int, Establishment]], trail: "Trail", mails: "Mails") -> None:
    """Renewals of these establishments, with everything that hangs on them."""
    campaign = season.campaign
    schedule = schedule_for(campaign.fiscal_year)
    applied = applied_by_establishment(
        [establishment.pk for _, establishment in placed], fiscal_year=campaign.fiscal_year - 1
    )
    carried = {
        establishment.pk: carried_over(
            applied=applied.get(establishment.pk), schedule=schedule, fiscal_year=campaign.fiscal_year
        )
        for _, establishment in placed
    }
    fees = {
        fee.establishment_id: fee
        for fee in FixedFee.objects.bulk_create(
            FixedFee(
                establishment=establishment,
                fiscal_year=campaign.fiscal_year,
                schedule=schedule,
                sme=carried[establishment.pk].sme,
                in_group=carried[establishment.pk].group is not None,
                amount=carried[establishment.pk].quote.amount,
                fixed_at=season.submitted_at(place) + timedelta(days=1),
            )
            for place, establishment in placed
            if state_at(place)[0] == Status.APPROVED
        )
    }
    renewals = Renewal.objects.bulk_create(
        _renewal(season, place, establishment, fees.get(establishment.pk)) for place, establishment in placed
    )
    submissions = Submission.objects.bulk_create(
        Submission(
            renewal=renewal,
            version=1,
            intent=renewal.intent,
            sme=bool(renewal.intent != Intent.WITHDRAW and carried[establishment.pk].sme),
            group=carried[establishment.pk].group if renewal.intent != Intent.WITHDRAW else None,
            amount=carried[establishment.pk].quote.amount if renewal.intent != Intent.WITHDRAW else None,
            submitted_at=renewal.submitted_at,
            submitted_by_id=_clerk(establishment),
        )
        for renewal, (_, establishment) in zip(renewals, placed, strict=True)
        if renewal.intent
    )
    by_renewal = {submission.renewal_id: submission for submission in submissions}
    members = [
        Member(establishment, renewal, by_renewal.get(renewal.pk))
        for renewal, (_, establishment) in zip(renewals, placed, strict=True)
    ]
    write(mail for member in members for mail in mails.to(member))
    trail.append(season, members)
    write(_plain(member) for member in members)


@dataclass(frozen=True)
class Member:
    """An establishment in the season; ``submission`` is what it declared, if it did."""

    establishment: Establishment
    renewal: Renewal
    submission: Submission | None


def _renewal(season: Season, place: int, establishment: Establishment, fee: FixedFee | None) -> Renewal:
    status, intent = state_at(place)
    key = place + 1  # known beforehand, because the receipt number carries it
    renewal = Renewal(
        pk=key, campaign=season.campaign, establishment=establishment, status=status, intent=intent
    )
    if status in ANSWERED:
        renewal.version = 1
        renewal.submitted_at = season.submitted_at(place)
        renewal.receipt_number = receipt_number(fiscal_year=season.campaign.fiscal_year, renewal_id=key)
    if status in (Status.APPROVED, Status.WITHDRAWAL_ACCEPTED):
        renewal.decided_at = renewal.review_started_at = season.submitted_at(place) + timedelta(days=1)
        renewal.reviewer = season.manager
        renewal.fixed_fee = fee
    return renewal


def _clerk(establishment: Establishment) -> int:
    return establishment.assignments.all()[0].user_id


# --- mails ----------------------------------------------------------------------------------------------------------


class Mails:
    """The mails of the season as they were sent. Each kind's text is written once and serves for all."""

    def __init__(self, season: Season) -> None:
        campaign = season.campaign
        self._season = season
        self._values = season_values(campaign) | {
            "addressee": "株式会社見本 本社工場",
            "member_number": "B0000000",
            "version": 1,
            "receipt_number": "27-000-0000-0",
            "submitted_at": format_day_time(season.now),
            "intent": Intent.UNCHANGED.label,
            "amount": 63_000,
            "full_fee": 83_000,
            "sme_discount": 20_000,
            "group_discount": 0,
            "will_be_debited": True,
            "days_left": 14,
            "last_day": campaign.deadline.isoformat(),
            "last_day_text": format_day(campaign.deadline),
            "last_day_short": short_day(campaign.deadline),
        }
        kinds = (CAMPAIGN_OPENED, REMINDER, SUBMISSION_RECEIPT, APPROVED, WITHDRAWAL_GUIDANCE)
        self._letters = {kind.code: render(kind, self._values) for kind in kinds}

    def to(self, member: Member) -> Iterator[OutboxMessage]:
        year, renewal = self._season.campaign.fiscal_year, member.renewal
        yield from self._sent(CAMPAIGN_OPENED, "opened", member, self._season.opened_at)
        if renewal.submitted_at is None:
            reminded = self._season.now - timedelta(days=2)
            yield from self._sent(REMINDER, f"until/{year}/minus/14", member, reminded)
            return
        yield from self._sent(SUBMISSION_RECEIPT, "submission/1", member, renewal.submitted_at)
        if renewal.decided_at is not None:
            kind = WITHDRAWAL_GUIDANCE if renewal.intent == Intent.WITHDRAW else APPROVED
            yield from self._sent(kind, f"{kind.code}/1", member, renewal.decided_at)

    def _sent(self, kind: MessageKind, topic: str, member: Member, at: datetime) -> Iterator[OutboxMessage]:
        letter = self._letters[kind.code]
        for address in procedural_addresses(member.establishment.contacts.all()):
            yield OutboxMessage(
                kind=kind.code,
                topic=f"campaign/{self._season.campaign.fiscal_year}/{topic}",
                member_number=member.establishment.member_number,
                recipient=address,
                params={**self._values, "renewal": member.renewal.pk},
                subject=letter.subject,
                body=letter.body,
                status=MessageStatus.SENT,
                queued_at=at,
                next_attempt_at=at,
                attempts=1,
                sent_at=at + timedelta(minutes=1),
            )


def _some_mails_failed() -> None:
    """A handful, as many whatever the size: what the secretariat is shown on its first page."""
    keys = list(OutboxMessage.objects.filter(kind=REMINDER.code).values_list("pk", flat=True)[:FAILED_MAILS])
    OutboxMessage.objects.filter(pk__in=keys).update(
        status=MessageStatus.FAILED, last_error="SMTPRecipientsRefused 550"
    )


# --- trail ----------------------------------------------------------------------------------------------------------


class Trail:
    """The audit trail, chained as ``audit.trail`` chains it, but with every event at its own time."""

    def __init__(self) -> None:
        self._head = AuditHead.objects.get()

    def append(self, season: Season, members: list[Member]) -> None:
        write(
            self._chained(at, actor, verb, member, details)
            for member in members
            for at, actor, verb, details in _events(season, member)
        )

    def finish(self) -> None:
        self._head.save()

    def _chained(
        self, at: datetime, actor: str, verb: str, member: Member, details: dict[str, Any]
    ) -> AuditEvent:
        event = AuditEvent(
            sequence=self._head.sequence + 1,
            at=at,
            actor=actor,
            verb=verb,
            subject=f"renewal:{member.renewal.pk}",
            member_number=member.establishment.member_number,
            details=details,
            previous_hash=self._head.entry_hash,
        )
        event.entry_hash = entry_hash(event)
        self._head.sequence, self._head.entry_hash = event.sequence, event.entry_hash
        return event


def _events(season: Season, member: Member) -> Iterator[tuple[datetime, str, str, dict[str, Any]]]:
    renewal, submission = member.renewal, member.submission
    yield season.opened_at, "job:opening", "renewal.enrol", {}
    if submission is None:
        return
    declared = {
        "version": 1,
        "intent": submission.intent,
        "channel": submission.channel,
        "amount": submission.amount,
    }
    yield submission.submitted_at, f"user:{submission.submitted_by_id}", "renewal.submit", declared
    if renewal.decided_at is not None:
        leaves = renewal.intent == Intent.WITHDRAW
        verb = "renewal.accept_withdrawal" if leaves else "renewal.approve"
        decided = {"version": 1} if leaves else {"version": 1, "amount": submission.amount}
        yield renewal.decided_at, f"user:{season.manager.pk}", verb, decided


# --- the floor's rows -----------------------------------------------------------------------------------------------


def _plain(member: Member) -> PlainRow:
    """The same figures and words, in one plain row."""
    renewal = member.renewal
    return PlainRow(
        number=member.establishment.member_number,
        name=member.establishment.full_name,
        state=renewal.get_status_display(),
        intent=renewal.intent,
        receipt=renewal.receipt_number or "",
        at=renewal.submitted_at,
        amount=member.submission.amount if member.submission else None,
        reviewer=str(renewal.reviewer or ""),
    )
