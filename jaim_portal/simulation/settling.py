"""Writing the made-up members into an empty database, in bulk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.contrib.auth.hashers import make_password
from stdnum.jp import cn

from discounts.models import AppliedDiscounts, IndustryGroup
from jaim_portal.simulation.population import GROUPS, Member, Presence
from jaim_portal.simulation.steps import Desk
from members.models import (
    Assignment,
    Contact,
    ContactRole,
    Corporation,
    Establishment,
    EstablishmentIndustry,
    StaffRole,
    User,
)

CHUNK = 1000
STAFF = {
    Desk.MANAGER: (StaffRole.MANAGER, "事務局 管理"),
    Desk.REVIEWER: (StaffRole.REVIEWER, "事務局 審査一"),
    Desk.SECOND_REVIEWER: (StaffRole.REVIEWER, "事務局 審査二"),
}


class NotEmpty(Exception):
    """The database holds members already: a season is played in a database of its own."""


@dataclass
class Settled:
    """The keys of what was written. ``establishments`` and ``clerks`` by their place in the population."""

    this_year: int
    staff: dict[Desk, User] = field(default_factory=dict)
    groups: list[IndustryGroup] = field(default_factory=list)
    corporations: dict[int, int] = field(default_factory=dict)
    clerks: dict[int, int] = field(default_factory=dict)
    establishments: dict[int, int] = field(default_factory=dict)

    def clerk(self, place: int) -> User:
        return User(pk=self.clerks[place])


def settle(people: Sequence[Member], *, this_year: int) -> Settled:
    """Write everyone but those who are admitted later. Raises :class:`NotEmpty` if any member is there."""
    if Establishment.objects.exists() or User.objects.exists():
        raise NotEmpty
    settled = Settled(this_year)
    for desk, (role, name) in STAFF.items():
        settled.staff[desk] = User.objects.create(
            email=f"desk{desk}@jaim.example", name=name, role=role, password=make_password(None)
        )
    settled.groups = [IndustryGroup.objects.create(name=name, proof=proof) for name, proof in GROUPS]
    present = (member for member in people if member.presence != Presence.ADMITTED_AFTER_OPENING)
    for chunk in _chunks(present):
        _write(chunk, settled)
    return settled


def admit(member: Member, settled: Settled) -> Establishment:
    """Write one who is admitted in the course of the season."""
    _write([member], settled)
    return Establishment.objects.get(pk=settled.establishments[member.index])


def _chunks(people: Iterator[Member]) -> Iterator[list[Member]]:
    while chunk := list(islice(people, CHUNK)):
        yield chunk


def _write(people: Sequence[Member], settled: Settled) -> None:
    new = list({m.corporation: None for m in people if m.corporation not in settled.corporations})
    for place, corporation in zip(new, Corporation.objects.bulk_create(map(_corporation, new)), strict=True):
        settled.corporations[place] = corporation.pk
    unusable = make_password(None)
    clerks = list({m.clerk: None for m in people if m.clerk not in settled.clerks})
    users = [User(email=f"clerk{place:05d}@member.example", password=unusable) for place in clerks]
    for place, user in zip(clerks, User.objects.bulk_create(users), strict=True):
        settled.clerks[place] = user.pk
    rows = [_establishment(member, settled) for member in people]
    for member, row in zip(people, Establishment.objects.bulk_create(rows), strict=True):
        settled.establishments[member.index] = row.pk
    keys = settled.establishments
    Assignment.objects.bulk_create(
        Assignment(user_id=settled.clerks[m.clerk], establishment_id=keys[m.index]) for m in people
    )
    EstablishmentIndustry.objects.bulk_create(
        EstablishmentIndustry(establishment_id=keys[m.index], code="2651") for m in people
    )
    Contact.objects.bulk_create(
        Contact(establishment_id=keys[m.index], role=role, name="総務課", email=email)
        for m in people
        for role, email in zip(ContactRole, (m.primary, m.secondary, m.billing), strict=True)
        if email
    )
    AppliedDiscounts.objects.bulk_create(
        AppliedDiscounts(
            establishment_id=keys[m.index],
            fiscal_year=settled.this_year,
            sme=m.sme,
            group=settled.groups[m.group] if m.group is not None else None,
            certificate_valid_until=m.certificate_until,
        )
        for m in people
        if m.recorded
    )


def _corporation(place: int) -> Corporation:
    digits = f"{700_000_000_000 + place}"
    return Corporation(
        corporate_number=f"{cn.calc_check_digit(digits)}{digits}", name=f"株式会社見本{place}製作所"
    )


def _establishment(member: Member, settled: Settled) -> Establishment:
    return Establishment(
        member_number=member.number,
        corporation_id=settled.corporations[member.corporation],
        name=member.site,
        joined_on=member.joined_on,
        left_on=member.left_on,
    )
