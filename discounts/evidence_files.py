"""The files of an evidence by their place, counted from 1, as the buttons beside them name it.

What was submitted is sealed; whoever changes it works on a copy. Each function gives the evidence as it is afterwards,
and raises ``NotTaken``, whose text says why and what to do.
"""

from datetime import datetime

from discounts.handing_in import for_editing, hand_in, move_up, take_out
from discounts.kinds import Discount
from discounts.models import Evidence
from discounts.requirements import Checklist
from members.models import Establishment, User


def add(
    evidence: Evidence | None,
    *,
    establishment: Establishment,
    discount: Discount,
    checklist: Checklist,
    name: str,
    content: bytes,
    by: User,
    now: datetime,
) -> Evidence:
    """Take a file in behind the others."""
    return hand_in(
        establishment=establishment,
        discount=discount,
        evidence=for_editing(evidence=evidence, by=by, now=now) if evidence else None,
        name=name,
        content=content,
        checklist=checklist,
        by=by,
        now=now,
    )


def put_last_in_place_of(evidence: Evidence, place: int, *, by: User, now: datetime) -> Evidence:
    """Let the file that came last take the place of another, which goes."""
    parts = list(evidence.parts.all())
    for _ in range(len(parts) - 1 - place):
        evidence = move_up(evidence=evidence, part_id=parts[-1].pk, by=by, now=now)
    return take_out(evidence=evidence, part_id=parts[place - 1].pk, by=by, now=now)


def remove(evidence: Evidence, place: int, *, by: User, now: datetime) -> Evidence | None:
    """Take a file out. Without a file left there is no evidence either."""
    evidence = for_editing(evidence=evidence, by=by, now=now)
    part = list(evidence.parts.all())[place - 1]
    evidence = take_out(evidence=evidence, part_id=part.pk, by=by, now=now)
    return evidence if evidence.parts.exists() else None


def up(evidence: Evidence, place: int, *, by: User, now: datetime) -> Evidence:
    """Let a file change places with the one before it."""
    evidence = for_editing(evidence=evidence, by=by, now=now)
    part = list(evidence.parts.all())[place - 1]
    return move_up(evidence=evidence, part_id=part.pk, by=by, now=now)
