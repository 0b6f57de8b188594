"""What each mail of the season would say to a real member, before it goes out to all. Nothing is stored or queued."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction

from audit.trail import Actor, Event, record
from discounts import certificate_mails
from discounts.kinds import Discount
from discounts.models import CertificateUpdate, IndustryGroup
from discounts.requirements import ProofOfBelonging
from fees.schedule import Quote
from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.outbox import Draft
from mailing.rendering import Letter, render
from members.invitations import INVITATION, PASSWORD_RESET
from members.models import Establishment, User, procedural_addresses
from renewals import messages
from renewals.deciding import DAYS_TO_MEND
from renewals.models import Decision, DecisionItem, Renewal, RenewalCampaign, Submission
from renewals.quoting import CarriedOver, applied_by_establishment, carried_over, schedule_for
from renewals.reasons import SAYS_THE_LAST_DAY
from renewals.receipts import receipt_number
from renewals.refusals import NotAllowed
from renewals.status import Channel, Intent, Status

TEST_PREFIX = "【テスト送信】"
EXAMPLE_LINK = "（ここに、その方だけの設定用リンクが入ります）"
EXAMPLE_RETURN = "（ここに、直していただきたい点が入ります）"
EXAMPLE_REASON = "（ここに、入力した理由が入ります）"
EXAMPLE_GROUP = "（所属している団体の名称）"
DAYS_LEFT = 7  # the step of the ladder that a preview shows
KINDS = (*messages.KINDS, *certificate_mails.KINDS, INVITATION, PASSWORD_RESET)


@dataclass(frozen=True)
class Preview:
    """A kind of mail as it would be written to one member."""

    kind: MessageKind
    letter: Letter


@dataclass(frozen=True)
class Sample:
    """A member's season to write from: its own where it has one, otherwise as it would be."""

    campaign: RenewalCampaign
    renewal: Renewal
    submission: Submission
    carried: CarriedOver


def preview_all(*, campaign: RenewalCampaign, establishment: Establishment, now: datetime) -> list[Preview]:
    """Every kind, in the order of the season. Raises ``NoFeeSchedule``."""
    sample = sample_of(campaign, establishment, now=now)
    return [Preview(kind, _letter(kind, sample, now=now)) for kind in KINDS]


def preview_one(
    *, code: str, campaign: RenewalCampaign, establishment: Establishment, now: datetime
) -> Preview:
    """Raises ``KeyError`` for a kind that has no preview, ``NoFeeSchedule``."""
    kind = {kind.code: kind for kind in KINDS}[code]
    return Preview(kind, _letter(kind, sample_of(campaign, establishment, now=now), now=now))


def send_test(*, preview: Preview, to: User, campaign: RenewalCampaign, now: datetime) -> None:
    """Mail ``preview`` to the person who asks, at once and past the outbox: it is about no member's matter.

    Raises ``OSError`` or ``SMTPException`` when the mail server does not take it; then nothing is recorded.
    """
    email = EmailMessage(
        subject=TEST_PREFIX + preview.letter.subject,
        body=preview.letter.body,
        to=[to.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    email.send()
    with transaction.atomic():
        event = Event(
            "campaign.test_send",
            f"campaign:{campaign.fiscal_year}",
            Actor.user(to.pk),
            details={"kind": preview.kind.code},
        )
        record(event, now=now)


def sample_of(campaign: RenewalCampaign, establishment: Establishment, *, now: datetime) -> Sample:
    """Raises ``NoFeeSchedule`` when no rates hold for the season's year, :class:`NotAllowed` without a contact."""
    if not procedural_addresses(establishment.contacts.all()):
        raise NotAllowed("この会員には担当者の連絡先が登録されていません。ほかの会員を選んでください。")
    applied = applied_by_establishment([establishment.pk], fiscal_year=campaign.fiscal_year - 1)
    carried = carried_over(
        applied=applied.get(establishment.pk),
        schedule=schedule_for(campaign.fiscal_year),
        fiscal_year=campaign.fiscal_year,
    )
    renewal = Renewal.objects.filter(campaign=campaign, establishment=establishment).first()
    renewal = renewal or Renewal(
        pk=0, campaign=campaign, establishment=establishment, status=Status.NOT_STARTED
    )
    renewal.campaign, renewal.establishment = campaign, establishment
    renewal.version = renewal.version or 1
    renewal.receipt_number = renewal.receipt_number or receipt_number(
        fiscal_year=campaign.fiscal_year, renewal_id=renewal.pk
    )
    return Sample(campaign, renewal, _submission(renewal, carried, now=now), carried)


def _submission(renewal: Renewal, carried: CarriedOver, *, now: datetime) -> Submission:
    """The member's own answer, or an unchanged one as it would be entered now."""
    own = renewal.submissions.order_by("-version").first() if renewal.pk else None
    return own or Submission(
        renewal_id=renewal.pk,
        version=1,
        intent=Intent.UNCHANGED,
        sme=carried.sme,
        group=carried.group,
        amount=carried.quote.amount,
        channel=Channel.WEB,
        submitted_at=now,
    )


def _letter(kind: MessageKind, sample: Sample, *, now: datetime) -> Letter:
    draft = _DRAFTS[kind.code](sample, now)
    if kind in (INVITATION, PASSWORD_RESET):
        return render(kind, draft.params)
    if kind.code in SAYS_THE_LAST_DAY:  # of the renewal as it is at sending; a preview's may not exist yet
        last_day = sample.renewal.last_day_to_answer(sample.campaign)
        values = {**draft.params, **messages.last_day_values(last_day), "days_left": DAYS_LEFT}
        return render(kind, values)
    working = working_of(sample.carried.quote) if kind is messages.APPROVED else {}
    return letter_of(kind, draft, now=now, **working)


def letter_of(kind: MessageKind, draft: Draft, *, now: datetime, **values: Any) -> Letter:
    """``draft`` as it would be written if it were queued ``now``; ``values`` stand for what is not stored yet."""
    message = OutboxMessage(
        kind=draft.kind,
        topic=draft.topic,
        member_number=draft.member_number,
        recipient=draft.recipient,
        params=draft.params,
        queued_at=now,
    )
    return render(kind, {**kind.contexts([message], now)[message.id], **values})


def working_of(quote: Quote) -> dict[str, int | bool]:
    """How the fee comes about, for a fee that is not fixed yet."""
    return {
        "full_fee": quote.full_fee,
        "sme_discount": quote.sme_discount,
        "in_group": quote.in_group,
        "group_discount": quote.group_discount,
    }


def _opened(sample: Sample, now: datetime) -> Draft:
    pair = (sample.renewal, sample.renewal.establishment)
    return messages.opening_drafts([pair], campaign=sample.campaign)[0]


def _deadline(sample: Sample, now: datetime) -> Draft:
    latest = sample.campaign.deadline_changes.order_by("-version").first()
    previous = latest.previous if latest else sample.campaign.deadline + timedelta(days=3)
    draft = messages.deadline_drafts([sample.renewal], campaign=sample.campaign)[0]
    return replace(draft, params={**draft.params, "previous_deadline": format_day(previous)})


def _reminder(sample: Sample, now: datetime) -> Draft:
    drafts = messages.drafts(
        messages.REMINDER,
        topic="preview",
        renewal_id=sample.renewal.pk,
        establishment=sample.renewal.establishment,
        values=messages.season_values(sample.campaign),
    )
    return drafts[0]


def _receipt(sample: Sample, now: datetime) -> Draft:
    return messages.receipt_drafts(sample.renewal, sample.submission)[0]


def _approved(sample: Sample, now: datetime) -> Draft:
    group = sample.carried.group
    drafts = messages.decision_drafts(
        messages.APPROVED,
        sample.renewal,
        amount=sample.carried.quote.amount,
        fixed_fee=0,
        sme=sample.carried.sme,
        group=group.name if group else "",
    )
    return drafts[0]


def _returned(kind: MessageKind) -> Callable[[Sample, datetime], Draft]:
    def draft(sample: Sample, now: datetime) -> Draft:
        decision = Decision(
            renewal=sample.renewal, decided_at=now, mend_by=day_of(now) + timedelta(days=DAYS_TO_MEND)
        )
        items = [DecisionItem(discount=Discount.SME, text=EXAMPLE_RETURN)]
        return messages.decision_drafts(kind, sample.renewal, **messages.return_values(decision, items))[0]

    return draft


def _reopened(sample: Sample, now: datetime) -> Draft:
    return messages.reopening_drafts(
        sample.renewal, came_from=Status.APPROVED, reason=EXAMPLE_REASON, now=now
    )[0]


def _certificate(kind: MessageKind) -> Callable[[Sample, datetime], Draft]:
    """About a certificate outside the season, of the member's own group where that asks for one."""

    def draft(sample: Sample, now: datetime) -> Draft:
        establishment, last_day = sample.renewal.establishment, day_of(now) + timedelta(days=DAYS_LEFT)
        group = sample.carried.group
        if group is None or group.proof == ProofOfBelonging.NONE:
            group = IndustryGroup(pk=0, name=EXAMPLE_GROUP, proof=ProofOfBelonging.CERTIFICATE)
        if kind is certificate_mails.EXPIRING:
            return certificate_mails.expiring_drafts(establishment, group, last_day=last_day, step=DAYS_LEFT)[
                0
            ]
        update = CertificateUpdate(
            pk=0,
            establishment=establishment,
            group=group,
            valid_until=last_day,
            submitted_at=now,
            reason=EXAMPLE_RETURN,
        )
        return certificate_mails.decision_drafts(kind, update)[0]

    return draft


def _decided(kind: MessageKind) -> Callable[[Sample, datetime], Draft]:
    return lambda sample, now: messages.decision_drafts(kind, sample.renewal)[0]


def _account(kind: MessageKind) -> Callable[[Sample, datetime], Draft]:
    """Mail that carries a token: the preview never shows a working one."""

    def draft(sample: Sample, now: datetime) -> Draft:
        establishment = sample.renewal.establishment
        values = {
            "addressee": establishment.full_name,
            "name": "",
            "days": 14,
            "hours": 24,
            "link": EXAMPLE_LINK,
        }
        return Draft(kind.code, "preview", establishment.member_number, "", values)

    return draft


_DRAFTS: dict[str, Callable[[Sample, datetime], Draft]] = {
    messages.CAMPAIGN_OPENED.code: _opened,
    messages.DEADLINE_NOTICE.code: _deadline,
    messages.REMINDER.code: _reminder,
    messages.SUBMISSION_RECEIPT.code: _receipt,
    messages.APPROVED.code: _approved,
    messages.RETURNED.code: _returned(messages.RETURNED),
    messages.CORRECTION_REMINDER.code: _returned(messages.CORRECTION_REMINDER),
    messages.REOPENED.code: _reopened,
    messages.WITHDRAWAL_GUIDANCE.code: _decided(messages.WITHDRAWAL_GUIDANCE),
    messages.WITHDRAWAL_COMPLETE.code: _decided(messages.WITHDRAWAL_COMPLETE),
    **{kind.code: _certificate(kind) for kind in certificate_mails.KINDS},
    INVITATION.code: _account(INVITATION),
    PASSWORD_RESET.code: _account(PASSWORD_RESET),
}
