"""Members by the ten thousand: fictional, varied, and the same again for the same size."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from stdnum.jp import cn

from benchmarks.data.bulk import batches, write
from discounts.models import AppliedDiscounts, IndustryGroup
from discounts.requirements import ProofOfBelonging
from fees.models import AccountType, DebitMandate, MandateStatus
from members.models import (
    Assignment,
    Contact,
    ContactRole,
    Corporation,
    Establishment,
    EstablishmentIndustry,
    User,
)

FAMILY = 10  # establishments of one corporation, which one account answers for
FAMILIES_EVERY = 10  # every tenth corporation that could have one has such a family
GROUPS = 40
NAMES = ("精機", "金属工業", "樹脂", "鋳造所", "電子", "めっき工業", "製作所", "熱処理", "プレス工業", "溶接")
PLACES = ("本社工場", "第二工場", "関西事業所", "東北工場", "九州テクニカルセンター", "浜松工場")
CODES = ("2421", "2441", "2452", "2464", "1831", "2929")


def is_in_family(place: int) -> bool:
    """Whether the establishment at ``place`` belongs to a corporation with several."""
    return (place // FAMILY) % FAMILIES_EVERY == 0


def head(place: int) -> int:
    """The place of the establishment whose corporation and account this one shares; mostly its own."""
    return place - place % FAMILY if is_in_family(place) else place


def member_number(place: int) -> str:
    return f"B{place:07d}"


def seed(*, size: int, fiscal_year: int) -> None:
    """Corporations, establishments, contacts, industries, accounts, mandates and the discounts of ``fiscal_year``."""
    with transaction.atomic():
        groups = IndustryGroup.objects.bulk_create(
            IndustryGroup(name=f"見本工業会{n:02d}", name_kana=f"みほんこうぎょうかい{n:02d}", proof=proof)
            for n, proof in zip(range(GROUPS), list(ProofOfBelonging) * GROUPS, strict=False)
        )
        corporations: dict[int, Corporation] = {}
        users: dict[int, User] = {}
        for places in batches(size):
            heads = [place for place in places if head(place) == place]
            corporations |= zip(heads, Corporation.objects.bulk_create(map(_corporation, heads)), strict=True)
            users |= zip(heads, User.objects.bulk_create(map(_user, heads)), strict=True)
            establishments = Establishment.objects.bulk_create(
                _establishment(place, corporations[head(place)]) for place in places
            )
            placed = list(zip(establishments, places, strict=True))
            write(row for found, place in placed for row in _contacts(found, place))
            write(row for found, place in placed for row in _industries(found, place))
            write(Assignment(user=users[head(place)], establishment=found) for found, place in placed)
            write(_applied(found, place, groups, fiscal_year) for found, place in placed)
            write(_mandate(found, place) for found, place in placed)


def _corporation(place: int) -> Corporation:
    base = f"{10_000_000_000 + place:012d}"
    return Corporation(
        corporate_number=cn.calc_check_digit(base) + base,
        name=f"株式会社見本{place}{NAMES[place % len(NAMES)]}",
        name_kana=f"カブシキガイシャミホン{place}",
    )


def _user(place: int) -> User:
    return User(email=f"clerk{place}@sample.example", name="総務課", password="!")


def _establishment(place: int, corporation: Corporation) -> Establishment:
    return Establishment(
        member_number=member_number(place),
        corporation=corporation,
        name=PLACES[place % len(PLACES)],
        name_kana="ホンシャコウジョウ",
        postal_code="100-0001",
        prefecture="東京都",
        address=f"千代田区千代田{place % 30 + 1}-{place % 17 + 1}",
        phone="03-0000-0000",
        joined_on=date(2020 + place % 5, 4 + place % 9, 1 + place % 28),
    )


def _contacts(establishment: Establishment, place: int) -> Iterator[Contact]:
    """Every second establishment has a second contact; the bill goes to a department of its own."""
    roles: list[tuple[str, str]] = [
        (ContactRole.PRIMARY, f"clerk{head(place)}"),
        (ContactRole.BILLING, f"bills{place}"),
    ]
    if place % 2:
        roles.append((ContactRole.SECONDARY, f"deputy{place}"))
    for role, name in roles:
        yield Contact(establishment=establishment, role=role, name="総務課", email=f"{name}@sample.example")


def _industries(establishment: Establishment, place: int) -> Iterator[EstablishmentIndustry]:
    for code in {CODES[place % len(CODES)], CODES[place % 4]}:
        yield EstablishmentIndustry(establishment=establishment, code=code)


def _applied(
    establishment: Establishment, place: int, groups: list[IndustryGroup], fiscal_year: int
) -> AppliedDiscounts:
    in_group = place % 3 == 0
    return AppliedDiscounts(
        establishment=establishment,
        fiscal_year=fiscal_year,
        sme=place % 4 != 0,
        group=groups[place % GROUPS] if in_group else None,
        certificate_valid_until=date(fiscal_year + 1, 3, 31) if in_group and place % 2 else None,
    )


def _mandate(establishment: Establishment, place: int) -> DebitMandate:
    if place % 10 == 9:
        return DebitMandate(establishment=establishment, status=MandateStatus.PENDING)
    account: dict[str, Any] = {
        "bank_code": "0001",
        "branch_code": f"{place % 900 + 1:03d}",
        "account_type": AccountType.ORDINARY,
        "account_number": f"{place % 10_000_000:07d}",
        "holder_kana": "ﾐﾎﾝ",
    }
    return DebitMandate(establishment=establishment, status=MandateStatus.READY, **account)
