"""Newer certificates that come outside the season: filling in, submitting, accepting and returning them.

Verbs are keyword-only and one transaction each: lock the row, check the table, change it, record it, queue the mail.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit.trail import Actor, Event, record
from discounts.certificate_mails import ACCEPTED, RECEIVED, RETURNED, decision_drafts
from discounts.certificate_status import CertificateStatus, target_of
from discounts.certificates_on_record import OnRecord, on_record
from discounts.eligibility import is_certificate_good
from discounts.handed_in import papers_of
from discounts.handing_in import name_papers, seal
from discounts.models import AppliedDiscounts, CertificateUpdate, Evidence
from discounts.requirements import Checklist, ProofOfBelonging, checklist_for, missing
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from mailing.outbox import queue
from members.models import Establishment, User

CHANGED_MEANWHILE = "ほかの画面で処理されたため、この操作はできません。画面を開き直してください。"


class NotNow(Exception):
    """A move that the rules do not allow now. ``str()`` is a Japanese sentence that says how to go on."""


@dataclass(frozen=True)
class Problem:
    """Something that keeps the member from submitting, told beside ``field``: ``papers`` or ``valid_until``."""

    field: str
    text: str


class Incomplete(NotNow):
    """``problems`` is what has to be mended first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("入力内容をご確認ください。")


def checklist_of(asked: OnRecord) -> Checklist:
    return checklist_for(asked.asks_for)


def draft_of(establishment: Establishment, asked: OnRecord) -> CertificateUpdate:
    """What was filled in so far; otherwise, not saved, nothing."""
    drafts = CertificateUpdate.objects.filter(establishment=establishment, status=CertificateStatus.DRAFT)
    found = drafts.select_related("evidence", "group").first()
    return found or CertificateUpdate(establishment=establishment, group=asked.group)


def problems_of(update: CertificateUpdate, *, on: date) -> tuple[Problem, ...]:
    """What keeps ``update`` from being submitted on the day ``on``. A certificate is good on its last day."""
    asks_for = ProofOfBelonging(update.group.proof)
    papers = papers_of(update.evidence) if update.evidence else frozenset()
    found = [Problem("papers", paper.text) for paper in missing(checklist_for(asks_for), papers)]
    if asks_for is ProofOfBelonging.CERTIFICATE:
        if update.valid_until is None:
            text = (
                "会員証に書かれている有効期限を入力してください。"
                "期限が書かれていないときは、相談窓口へお電話ください。"
            )
            found.append(Problem("valid_until", text))
        elif not is_certificate_good(valid_until=update.valid_until, submitted_on=on):
            text = (
                "有効期限が切れています。新しい会員証を提出してください。"
                "日付が違うときは、正しい日付を入力してください。"
            )
            found.append(Problem("valid_until", text))
    return tuple(found)


def fill_in(*, establishment: Establishment, by: User, now: datetime, **values: Any) -> CertificateUpdate:
    """Keep ``values`` of what the member fills in (``valid_until``, ``remark``, ``evidence``); commits to nothing.

    Whatever file is handed in is said to be the paper that the group asks for. Raises :class:`NotNow` where no proof
    is asked for.
    """
    with transaction.atomic():
        asked = _asked(establishment, now)
        Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
        update = draft_of(establishment, asked)
        is_new = update.pk is None
        for name, value in (values | {"group": asked.group, "updated_at": now}).items():
            setattr(update, name, value)
        if is_new:
            update.save()
        else:
            _change(update, **values, group=asked.group, updated_at=now)
        if update.evidence:
            _say_what_it_is(update.evidence, checklist_of(asked), by=by, now=now)
        if is_new:
            record(_event("begin", update, Actor.user(by.pk)), now=now)
    return update


def submit_certificate(*, establishment: Establishment, by: User, now: datetime) -> CertificateUpdate:
    """Hand what was filled in to the secretariat; one that still waits is replaced.

    Raises :class:`Incomplete`, and :class:`NotNow` where nothing is filled in or no proof is asked for.
    """
    with transaction.atomic():
        asked = _asked(establishment, now)
        update = _locked(establishment=establishment, status=CertificateStatus.DRAFT)
        if update is None:
            raise NotNow("提出する書類がありません。画面を開き直してください。")
        update.group = asked.group
        if problems := problems_of(update, on=day_of(now)):
            raise Incomplete(problems)
        if update.evidence is None:
            raise ValueError("a certificate without evidence has a problem")
        replaced = _locked(establishment=establishment, status=CertificateStatus.WAITING)
        if replaced:
            _move(replaced, "replace")
        seal(evidence=update.evidence, now=now)
        _move(update, "submit", group=asked.group, submitted_at=now, submitted_by=by, updated_at=now)
        queue(decision_drafts(RECEIVED, update), now=now)
        details = {"evidence": update.evidence.pk, "replaces": replaced.pk if replaced else None}
        record(_event("submit", update, Actor.user(by.pk), **details), now=now)
    return update


def accept_certificate(*, update_id: int, by: User, now: datetime) -> CertificateUpdate:
    """The certificate is good: its last day is recorded for the fiscal year of the day, and for later years that are
    recorded with the same group and know no later one.

    Raises :class:`NotNow`, also where the group's discount applies no more. ``CertificateUpdate.DoesNotExist``.
    """
    with transaction.atomic():
        update = _waiting(update_id)
        years = _record_last_day(update, day_of(now))
        _move(update, "accept", decided_at=now, decided_by=by)
        queue(decision_drafts(ACCEPTED, update), now=now)
        record(_event("accept", update, Actor.user(by.pk), fiscal_years=years), now=now)
    return update


def refuse_certificate(*, update_id: int, reason: str, by: User, now: datetime) -> CertificateUpdate:
    """Return it with ``reason``, which the member reads. Raises :class:`NotNow`, also without a reason, and
    ``CertificateUpdate.DoesNotExist``."""
    reason = reason.strip()
    if not reason:
        raise NotNow("差し戻す理由を入力してください。会員へのメールに載ります。")
    with transaction.atomic():
        update = _waiting(update_id)
        _move(update, "refuse", decided_at=now, decided_by=by, reason=reason)
        queue(decision_drafts(RETURNED, update), now=now)
        record(_event("refuse", update, Actor.user(by.pk), reason=reason), now=now)
    return update


# --- what the verbs share -----------------------------------------------------------------------------------------


def _asked(establishment: Establishment, now: datetime) -> OnRecord:
    asked = on_record(establishment, on=day_of(now))
    if asked is None:
        raise NotNow("この事業所では、証明書類を提出していただく必要はありません。")
    return asked


def _say_what_it_is(evidence: Evidence, checklist: Checklist, *, by: User, now: datetime) -> None:
    papers = {part.pk: checklist.papers for part in evidence.parts.all()}
    name_papers(evidence=evidence, papers=papers, by=by, now=now)


def _locked(**which: Any) -> CertificateUpdate | None:
    updates = CertificateUpdate.objects.select_for_update(of=("self",)).filter(**which)
    return updates.select_related("group", "establishment__corporation").first()


def _waiting(update_id: int) -> CertificateUpdate:
    update = _locked(pk=update_id)
    if update is None:
        raise CertificateUpdate.DoesNotExist
    return update


def _move(update: CertificateUpdate, verb: str, **changes: Any) -> None:
    """Change the status as the table says, and ``changes`` with it, if the row still stands as it was read."""
    target = target_of(verb, update.status)
    if target is None:
        raise NotNow(f"現在の状態は「{update.get_status_display()}」です。{CHANGED_MEANWHILE}")
    _change(update, status=target, **changes)


def _change(update: CertificateUpdate, **changes: Any) -> None:
    """Write ``changes`` if the row still stands as it was read."""
    if CertificateUpdate.objects.filter(pk=update.pk, status=update.status).update(**changes) != 1:
        raise NotNow(CHANGED_MEANWHILE)
    for name, value in changes.items():
        setattr(update, name, value)


def _record_last_day(update: CertificateUpdate, today: date) -> list[int]:
    """The fiscal years in which the group's discount applies and the last day of ``update`` now stands."""
    this_year = FiscalYear.from_date(today).year
    applied = AppliedDiscounts.objects.filter(
        establishment=update.establishment, group=update.group, fiscal_year__gte=this_year
    )
    if not applied.filter(fiscal_year=this_year).exists():
        raise NotNow(
            f"今年度の正会員団体割引は、「{update.group}」の会員として適用されていません。"
            "割引の登録を確認するか、理由を入力して差し戻してください。"
        )
    if update.valid_until is None:
        return []
    earlier = Q(certificate_valid_until__isnull=True) | Q(certificate_valid_until__lt=update.valid_until)
    to_record = applied.filter(Q(fiscal_year=this_year) | earlier)
    years = sorted(to_record.values_list("fiscal_year", flat=True))
    to_record.update(certificate_valid_until=update.valid_until)
    return years


def _event(verb: str, update: CertificateUpdate, by: Actor, **details: Any) -> Event:
    number = update.establishment.member_number
    return Event(f"certificate.{verb}", f"certificateupdate:{update.pk}", by, number, details)
