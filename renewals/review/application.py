"""The application page's content: one renewal with everything a reviewer decides by, in a fixed number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audit.models import AuditEvent
from audit.wording import actor_names, verb_label
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts
from fees.models import DebitMandate, FixedFee
from fiscal_calendar.japanese import format_day
from mailing.kinds import all_kinds
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from members.models import Contact, ContactRole
from renewals.models import Decision, DraftDeclaration, Renewal, Submission
from renewals.quoting import applied_by_establishment
from renewals.review.candidates import amount_under, as_candidate, schedule_or_none
from renewals.review.planning import Candidate, open_points
from renewals.review.wording import details_in_words
from renewals.reviewing import marks_of
from renewals.status import Intent, Mark, Status

MOST_ENTRIES = 100
APPLIED, NOT_APPLIED, UNKNOWN = "適用あり", "適用なし", "記録なし"


@dataclass(frozen=True)
class Compared:
    """One line of this year's and next year's terms side by side."""

    item: str
    this_year: str
    next_year: str

    @property
    def changed(self) -> bool:
        return self.this_year != self.next_year


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened to the renewal, and who did it."""

    at: datetime
    actor: str
    what: str
    details: str


@dataclass(frozen=True)
class SentMessage:
    """A mail of this season to this member."""

    label: str
    subject: str
    recipient: str
    status: str
    tone: str
    at: datetime
    note: str
    pk: str


@dataclass(frozen=True)
class Application:
    """What the page shows. ``submission`` is the answer that stands, ``submissions`` all that were ever made."""

    renewal: Renewal
    candidate: Candidate
    submission: Submission | None
    submissions: Sequence[Submission]
    comparison: Sequence[Compared]
    unchanged_amount: int | None
    open_points: Sequence[str]
    mandate: DebitMandate | None
    contacts: Sequence[Contact]
    history: Sequence[HistoryEntry]
    sent: Sequence[SentMessage]
    unanswered: bool
    last_day: date
    draft: DraftDeclaration | None
    decisions: Sequence[Decision]
    marks: Mapping[Discount, Mark]


def load_application(renewal_id: int, *, reviewer_id: int, today: date) -> Application:
    """Raises ``Renewal.DoesNotExist``."""
    renewal = Renewal.objects.select_related(
        "campaign", "establishment__corporation", "reviewer", "fixed_fee", "establishment__debit_mandate"
    ).get(pk=renewal_id)
    fiscal_year = renewal.campaign.fiscal_year
    establishment = renewal.establishment
    submissions = list(
        renewal.submissions.select_related("group", "submitted_by", "sme_evidence", "group_evidence")
    )
    submission = submissions[-1] if submissions and renewal.intent else None
    applied = applied_by_establishment([establishment.pk], fiscal_year=fiscal_year - 1).get(establishment.pk)
    candidate = as_candidate(
        renewal, submission=submission, applied=applied, schedule=schedule_or_none(fiscal_year)
    )
    waiting = renewal.status == Status.SUBMITTED
    return Application(
        renewal=renewal,
        candidate=candidate,
        submission=submission,
        submissions=submissions[::-1],
        comparison=compare_terms(
            applied=applied,
            this_year_fee=_this_year_fee(renewal, applied),
            submission=submission,
            fixed_fee=renewal.fixed_fee,
        ),
        unchanged_amount=candidate.carried.amount if candidate.carried else None,
        open_points=open_points(candidate, reviewer_id=reviewer_id) if waiting else (),
        mandate=getattr(establishment, "debit_mandate", None),
        contacts=sorted(
            establishment.contacts.all(), key=lambda contact: ContactRole.values.index(contact.role)
        ),
        history=_history(renewal),
        sent=_sent(renewal),
        unanswered=renewal.is_unanswered(renewal.campaign, today),
        last_day=renewal.last_day_to_answer(renewal.campaign),
        draft=DraftDeclaration.objects.filter(renewal=renewal).first(),
        decisions=list(
            renewal.decisions.select_related("decided_by")
            .prefetch_related("items")
            .order_by("-decided_at", "-pk")
        ),
        marks=marks_of(renewal, renewal.version) if waiting else {},
    )


def compare_terms(
    *,
    applied: AppliedDiscounts | None,
    this_year_fee: int | None,
    submission: Submission | None,
    fixed_fee: FixedFee | None,
) -> list[Compared]:
    """This year's discounts and fee beside what was declared; without a declared continuation there is no next year."""
    declared = submission if submission and submission.intent != Intent.WITHDRAW else None
    certificate = applied.certificate_valid_until if applied else None
    same_group = bool(declared and applied and declared.group_id and declared.group_id == applied.group_id)
    amount = (fixed_fee.amount if fixed_fee else declared.amount) if declared else None
    return [
        Compared(
            "中小企業割引",
            UNKNOWN if applied is None else _applies(applied.sme),
            _applies(declared.sme) if declared else "—",
        ),
        Compared(
            "正会員団体割引",
            UNKNOWN if applied is None else _group(applied),
            _group(declared) if declared else "—",
        ),
        Compared(
            "会員証の有効期限",
            format_day(certificate) if certificate else "—",
            format_day(certificate) if certificate and same_group else "—",
        ),
        Compared("年会費", _yen(this_year_fee), _yen(amount)),
    ]


def changes_between(before: Submission, after: Submission) -> list[Compared]:
    """What differs between two versions of an answer, for a reviewer who looked at the earlier one."""
    pairs = [
        Compared("更新意思", before.get_intent_display(), after.get_intent_display()),
        Compared("中小企業割引", _applies(before.sme), _applies(after.sme)),
        Compared("正会員団体割引", _group(before), _group(after)),
        Compared("申請時の年会費", _yen(before.amount), _yen(after.amount)),
        Compared("受付方法", before.get_channel_display(), after.get_channel_display()),
    ]
    return [pair for pair in pairs if pair.changed]


def _applies(yes: bool) -> str:
    return APPLIED if yes else NOT_APPLIED


def _group(holder: AppliedDiscounts | Submission) -> str:
    return holder.group.name if holder.group else NOT_APPLIED


def _yen(amount: int | None) -> str:
    return "—" if amount is None else f"{amount:,}円"


def _this_year_fee(renewal: Renewal, applied: AppliedDiscounts | None) -> int | None:
    """The fee fixed for this year, otherwise what this year's rates make of the recorded discounts, in yen."""
    fiscal_year = renewal.campaign.fiscal_year - 1
    fixed = (
        FixedFee.objects.filter(establishment=renewal.establishment_id, fiscal_year=fiscal_year)
        .order_by("-fixed_at", "-pk")
        .values_list("amount", flat=True)
        .first()
    )
    if fixed is not None or applied is None:
        return fixed
    return amount_under(schedule_or_none(fiscal_year), sme=applied.sme, in_group=applied.group_id is not None)


def _history(renewal: Renewal) -> list[HistoryEntry]:
    events = list(
        AuditEvent.objects.filter(subject=f"renewal:{renewal.pk}").order_by("-sequence")[:MOST_ENTRIES]
    )
    names = actor_names(event.actor for event in events)
    return [
        HistoryEntry(event.at, names[event.actor], verb_label(event.verb), details_in_words(event.details))
        for event in events
    ]


_TONES = {MessageStatus.SENT: "success", MessageStatus.FAILED: "error", MessageStatus.QUEUED: "info"}


def _sent(renewal: Renewal) -> list[SentMessage]:
    labels = {kind.code: kind.label for kind in all_kinds()}
    messages = OutboxMessage.objects.filter(
        member_number=renewal.establishment.member_number,
        topic__startswith=f"campaign/{renewal.campaign.fiscal_year}/",
    ).order_by("-queued_at")[:MOST_ENTRIES]
    return [
        SentMessage(
            label=labels.get(message.kind, message.kind),
            subject=message.subject,
            recipient=message.recipient,
            status=message.get_status_display(),
            tone=_TONES.get(MessageStatus(message.status), "neutral"),
            at=message.sent_at or message.queued_at,
            note=message.note or message.last_error,
            pk=str(message.pk),
        )
        for message in messages
    ]
