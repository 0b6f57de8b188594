"""Filling in a changed declaration: the draft that survives leaving, timeouts and errors (domain: what the member
does, 2).

A draft may be written while the answer may be given, also to mend what was returned. It commits to nothing.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit.trail import Actor
from discounts.applied import terms_of
from discounts.claims import Terms, prefilled
from discounts.kinds import Discount
from discounts.models import Evidence
from fiscal_calendar.tokyo import day_of
from members.models import User
from renewals import transition
from renewals.declaration import applied_this_year
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.refusals import Closed, NotAllowed, Refused, Stale
from renewals.status import Intent, Status, target_of


@dataclass(frozen=True)
class Filled:
    """What the form holds beside the evidence, as far as it is filled in. ``group`` is the industry group's key."""

    sme: bool
    sme_method: str
    sme_remark: str
    in_group: bool
    group: int | None
    certificate_valid_until: date | None
    group_remark: str


def draft_of(renewal: Renewal) -> DraftDeclaration:
    """What was filled in so far; otherwise, not saved, this year's discounts untouched."""
    found = (
        DraftDeclaration.objects.select_related("group", "sme_evidence", "group_evidence")
        .filter(renewal=renewal)
        .first()
    )
    return found or DraftDeclaration(renewal=renewal, **_prefilled(terms_of(applied_this_year(renewal))))


def save_draft(
    *,
    renewal_id: int,
    filled: Filled,
    by: User,
    now: datetime,
    seen: str | None = None,
    on_behalf: bool = False,
) -> DraftDeclaration:
    """Keep what the form holds; ``seen`` is the stamp of the draft that it began with. ``on_behalf``: the secretariat
    fills it in for the member, also after the last day.

    Raises :class:`Closed` before the opening and after the last day, :class:`NotAllowed` once something was submitted
    and not returned, and :class:`Stale` if another window has changed the draft since.
    """
    values = asdict(filled)
    values["group_id"] = values.pop("group")
    return _write(renewal_id, by=by, now=now, seen=seen, on_behalf=on_behalf, **values)


def keep_evidence(
    *,
    renewal_id: int,
    discount: Discount,
    evidence: Evidence | None,
    by: User,
    now: datetime,
    certificate_valid_until: date | None = None,
    on_behalf: bool = False,
) -> DraftDeclaration:
    """Keep what was handed in for ``discount``, and the day that was read on the certificate where the member has
    entered none. ``on_behalf`` and what it raises are as in :func:`save_draft`."""
    changes: dict[str, Any] = {_EVIDENCE[discount]: evidence}
    if certificate_valid_until:
        changes["certificate_valid_until"] = certificate_valid_until
    return _write(renewal_id, by=by, now=now, on_behalf=on_behalf, **changes)


def revert_to_this_year(*, renewal_id: int, discount: Discount, by: User, now: datetime) -> DraftDeclaration:
    """「今年度の内容に戻す」 for one discount: its claim as it is this year, without evidence."""
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        this_year = _prefilled(terms_of(applied_this_year(renewal)))
        own = {name: this_year[name] for name in _FIELDS[discount]}
        return _write(renewal_id, by=by, now=now, **own)


def discard_draft(*, renewal_id: int, by: User, now: datetime) -> None:
    """Start over: the draft is emptied, and 入力中 is 手続き前 again. Of a returned answer the draft is kept."""
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        transition.move(renewal, "discard_draft")
        DraftDeclaration.objects.filter(renewal=renewal).delete()
        transition.record(renewal, "discard_draft", by=Actor.user(by.pk), now=now)


def restore_draft(renewal: Renewal, submission: Submission, *, by: User, now: datetime) -> None:
    """Make the draft say what ``submission`` says, so that only what is wrong has to be mended. A submission without a
    change begins with this year's discounts."""
    values = _prefilled(terms_of(applied_this_year(renewal)))
    if submission.intent == Intent.CHANGED:
        same_group = submission.group_id == values["group_id"]
        values |= {
            "sme": submission.sme,
            "in_group": submission.group_id is not None,
            "group_id": submission.group_id,
            # The day of this year's certificate says nothing about another group's.
            "certificate_valid_until": values["certificate_valid_until"] if same_group else None,
            **{
                name: getattr(submission, name)
                for name in ("sme_method", "sme_evidence", "sme_remark", "group_evidence", "group_remark")
            },
        }
        if submission.certificate_valid_until:
            values["certificate_valid_until"] = submission.certificate_valid_until
    DraftDeclaration.objects.update_or_create(
        renewal=renewal, defaults={**values, "updated_at": now, "updated_by": by}
    )


# --- what the verbs share -----------------------------------------------------------------------------------------

_EVIDENCE = {Discount.SME: "sme_evidence", Discount.GROUP: "group_evidence"}
_FIELDS = {
    Discount.SME: ("sme", "sme_method", "sme_evidence", "sme_remark"),
    Discount.GROUP: ("in_group", "group_id", "certificate_valid_until", "group_evidence", "group_remark"),
}


def _prefilled(this_year: Terms) -> dict[str, Any]:
    untouched = prefilled(this_year)
    return {
        "sme": untouched.sme,
        "sme_method": "",
        "sme_evidence": None,
        "sme_remark": "",
        "in_group": untouched.in_group,
        "group_id": untouched.group,
        "certificate_valid_until": untouched.certificate_valid_until,
        "group_evidence": None,
        "group_remark": "",
    }


def _refusal(renewal: Renewal) -> Refused:
    if renewal.has_answered:
        return NotAllowed(f"いまの状態は「{renewal.get_status_display()}」です。入力内容は変更できません。")
    if not renewal.campaign.is_open:
        return Closed("更新手続の受付がまだ始まっていません。")
    return Closed("締切日を過ぎたため、この画面からは入力できません。相談窓口へお電話ください。")


def _may_write(renewal: Renewal, today: date, *, on_behalf: bool) -> bool:
    if on_behalf:
        return renewal.campaign.is_open and target_of("answer_on_behalf", renewal.status) is not None
    return renewal.may_answer(renewal.campaign, today)


def _write(
    renewal_id: int,
    *,
    by: User,
    now: datetime,
    seen: str | None = None,
    on_behalf: bool = False,
    **changes: Any,
) -> DraftDeclaration:
    with transaction.atomic():
        renewal = transition.lock(renewal_id)
        if not _may_write(renewal, day_of(now), on_behalf=on_behalf):
            raise _refusal(renewal)
        draft = draft_of(renewal)
        if seen not in (None, draft.stamp):
            raise Stale(
                "別の画面で、入力内容が変わりました。この画面の内容は、まだ保存していません。"
                "このまま保存するときは、もう一度ボタンを押してください。"
            )
        for name, value in changes.items():
            setattr(draft, name, value)
        draft.updated_at, draft.updated_by = now, by
        draft.save()
        if renewal.status == Status.NOT_STARTED:
            transition.move(renewal, "begin_draft")
            transition.record(renewal, "begin_draft", by=Actor.user(by.pk), now=now)
        return draft
