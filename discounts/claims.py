"""What a member claims for next year beside what it enjoys this year: what changes, what has to be proven, what stops.

Rules: domain.md, sections 2 and 4; renewal manual, P.12 to P.17 and Q2, Q6, Q7. What it costs is worked out in
``renewals``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models

from discounts.eligibility import is_certificate_good
from discounts.kinds import Discount
from discounts.papers import Paper, SmeMethod
from discounts.requirements import ProofOfBelonging, checklist_for, methods_open_to, missing


@dataclass(frozen=True, slots=True)
class Terms:
    """The discounts of one fiscal year. ``group`` is the key of the industry group, None without that discount."""

    sme: bool = False
    group: int | None = None
    certificate_valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the member declares for next year, filled in as far as it has come.

    ``sme`` and ``in_group`` are 「希望する」. Papers are those handed in with this declaration; what was proven earlier
    is not among them. What belongs to a discount that is not wanted counts for nothing.
    """

    sme: bool = False
    sme_method: SmeMethod | None = None
    sme_papers: frozenset[Paper] = frozenset()
    in_group: bool = False
    group: int | None = None
    group_papers: frozenset[Paper] = frozenset()
    certificate_valid_until: date | None = None


class Change(models.TextChoices):
    """What becomes of one discount from this year to the next."""

    UNCLAIMED = "unclaimed", "適用なし"
    KEPT = "kept", "変更なし"
    CLAIMED = "claimed", "新たに希望"
    RENEWED = "renewed", "証跡の更新"
    GROUP_CHANGED = "group_changed", "団体の変更"
    GIVEN_UP = "given_up", "希望しない"


CHANGES_TO_PROVE = frozenset({Change.CLAIMED, Change.RENEWED, Change.GROUP_CHANGED})


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of each discount."""

    sme: Change
    group: Change

    @property
    def to_prove(self) -> tuple[Discount, ...]:
        """The discounts whose proof has to come with the declaration; those kept carry over as they are."""
        of = {Discount.SME: self.sme, Discount.GROUP: self.group}
        return tuple(discount for discount, change in of.items() if change in CHANGES_TO_PROVE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a declaration that the member has to know, told in Japanese beside ``field`` of
    :class:`Declaration`. ``code`` is for programs."""

    discount: Discount
    field: str
    code: str
    text: str

    def __str__(self) -> str:
        return self.text


def prefilled(this_year: Terms) -> Declaration:
    """The declaration that the form begins with: this year's discounts, untouched."""
    return Declaration(
        sme=this_year.sme,
        in_group=this_year.group is not None,
        group=this_year.group,
        certificate_valid_until=this_year.certificate_valid_until,
    )


def changes(this_year: Terms, declared: Declaration) -> Changes:
    """What becomes of each discount."""
    return Changes(_change_of_sme(this_year, declared), _change_of_group(this_year, declared))


def nothing_changed(this_year: Terms, declared: Declaration) -> bool:
    """Whether the member might as well have chosen 「継続する（割引の変更なし）」."""
    unchanged = {Change.UNCLAIMED, Change.KEPT}
    found = changes(this_year, declared)
    return found.sme in unchanged and found.group in unchanged


def terms_declared(this_year: Terms, declared: Declaration) -> Terms:
    """Next year's discounts if everything declared is found right. A kept one carries over with its certificate."""
    group = declared.group if declared.in_group else None
    if group is None:
        return Terms(sme=declared.sme)
    kept = changes(this_year, declared).group is Change.KEPT
    certificate = this_year.certificate_valid_until if kept else declared.certificate_valid_until
    return Terms(declared.sme, group, certificate)


def problems(
    this_year: Terms, declared: Declaration, *, group_asks: ProofOfBelonging | None, sole_proprietor: bool
) -> tuple[Finding, ...]:
    """What keeps the member from submitting: a choice not made, a paper missing. Empty when it may go on.

    ``group_asks`` is the proof that the declared group asks for, None while no group is chosen. Raises ``ValueError``
    where a group is to be proven and nobody said how.
    """
    to_prove = changes(this_year, declared).to_prove
    found: list[Finding] = []
    if Discount.SME in to_prove:
        found += _problems_of_sme(declared, sole_proprietor=sole_proprietor)
    if declared.in_group and declared.group is None:
        found.append(Finding(Discount.GROUP, "group", "no_group", "所属している団体を選んでください。"))
    elif Discount.GROUP in to_prove:
        found += _problems_of_group(declared, group_asks)
    return tuple(found)


def notices(
    this_year: Terms, declared: Declaration, *, group_asks: ProofOfBelonging | None, submitted_on: date
) -> tuple[Finding, ...]:
    """What the member should know before it submits, and may leave as it is.

    An expired certificate is told, also that of a group discount that is only kept; keeping it stays the member's
    choice.
    """
    if group_asks is not ProofOfBelonging.CERTIFICATE or not declared.in_group or declared.group is None:
        return ()
    change = changes(this_year, declared).group
    valid_until = terms_declared(this_year, declared).certificate_valid_until
    return tuple(_notices_of_certificate(valid_until, submitted_on, kept=change is Change.KEPT))


def _change_of_sme(this_year: Terms, declared: Declaration) -> Change:
    if not declared.sme:
        return Change.GIVEN_UP if this_year.sme else Change.UNCLAIMED
    if not this_year.sme:
        return Change.CLAIMED
    # A method that was merely picked proves nothing anew.
    return Change.RENEWED if declared.sme_papers else Change.KEPT


def _change_of_group(this_year: Terms, declared: Declaration) -> Change:
    if not declared.in_group:
        return Change.UNCLAIMED if this_year.group is None else Change.GIVEN_UP
    if this_year.group is None:
        return Change.CLAIMED
    if declared.group != this_year.group:
        return Change.GROUP_CHANGED
    return Change.RENEWED if _brings_new_proof(this_year, declared) else Change.KEPT


def _brings_new_proof(this_year: Terms, declared: Declaration) -> bool:
    """A paper, or another day on the certificate. A day left out says nothing about the certificate."""
    day = declared.certificate_valid_until
    return bool(declared.group_papers) or day not in (None, this_year.certificate_valid_until)


def _problems_of_sme(declared: Declaration, *, sole_proprietor: bool) -> Iterator[Finding]:
    method = declared.sme_method
    if method is None:
        yield Finding(Discount.SME, "sme_method", "no_method", "証明方法を選んでください。")
    elif method not in methods_open_to(sole_proprietor=sole_proprietor):
        text = "個人事業主の方は、証明方法2（従業員数を証明する）を選んでください。"
        yield Finding(Discount.SME, "sme_method", "method_not_open", text)
    else:
        for paper in missing(checklist_for(method), declared.sme_papers):
            yield Finding(Discount.SME, "sme_papers", "missing_paper", paper.text)


def _problems_of_group(declared: Declaration, group_asks: ProofOfBelonging | None) -> Iterator[Finding]:
    if group_asks is None:
        raise ValueError(f"nobody said which proof group {declared.group} asks for")
    for paper in missing(checklist_for(group_asks), declared.group_papers):
        yield Finding(Discount.GROUP, "group_papers", "missing_paper", paper.text)


def _notices_of_certificate(valid_until: date | None, submitted_on: date, *, kept: bool) -> Iterator[Finding]:
    if valid_until is None:
        if not kept:
            text = "会員証の有効期限が入力されていません。会員証に書かれている日付を入力してください。"
            yield Finding(Discount.GROUP, "certificate_valid_until", "no_expiry", text)
    elif not is_certificate_good(valid_until=valid_until, submitted_on=submitted_on):
        code = "kept_certificate_expired" if kept else "certificate_expired"
        text = "会員証の有効期限が切れています。新しい会員証をお持ちでしたら、提出してください。"
        yield Finding(Discount.GROUP, "certificate_valid_until", code, text)
