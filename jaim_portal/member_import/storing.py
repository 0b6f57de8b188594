"""Writing rows of the member list to the rooms they belong to."""

from collections.abc import Iterable, Mapping
from typing import Any

from discounts.applied import set_discounts
from discounts.models import AppliedDiscounts, IndustryGroup
from fees.models import DebitMandate
from members.member_list import MemberRow
from members.models import Contact, ContactRole, Corporation, Establishment, EstablishmentIndustry

CHUNK = 1000


def add_members(
    rows: Iterable[MemberRow], *, fiscal_year: int, groups: Mapping[str, IndustryGroup]
) -> list[Establishment]:
    """Register new members, many at a time. Corporations that are registered are used as they are."""
    rows = list(rows)
    corporations = _corporations(rows)
    establishments = Establishment.objects.bulk_create(
        (Establishment(corporation=corporations[row.member_number], **_establishment(row)) for row in rows),
        batch_size=CHUNK,
    )
    pairs = list(zip(establishments, rows, strict=True))
    Contact.objects.bulk_create(
        (
            Contact(establishment=establishment, role=role, **values)
            for establishment, row in pairs
            for role, values in _contacts(row).items()
        ),
        batch_size=CHUNK,
    )
    EstablishmentIndustry.objects.bulk_create(
        (
            EstablishmentIndustry(establishment=establishment, code=code)
            for establishment, row in pairs
            for code in dict.fromkeys(row.industries)
        ),
        batch_size=CHUNK,
    )
    AppliedDiscounts.objects.bulk_create(
        (
            AppliedDiscounts(establishment=establishment, fiscal_year=fiscal_year, **_discounts(row, groups))
            for establishment, row in pairs
        ),
        batch_size=CHUNK,
    )
    DebitMandate.objects.bulk_create(
        (DebitMandate(establishment=establishment, **_mandate(row)) for establishment, row in pairs),
        batch_size=CHUNK,
    )
    return establishments


def change_member(
    establishment: Establishment,
    row: MemberRow,
    *,
    fiscal_year: int,
    groups: Mapping[str, IndustryGroup],
) -> None:
    """Bring one registered member up to ``row``, which holds the values of columns that the list lacks too. Its
    corporation is left to ``change_corporation``.

    Raises ``ValueError`` where ``row`` is of another legal person: an import never moves a member.
    """
    if establishment.corporation.corporate_number != row.corporate_number:
        raise ValueError(f"{row.member_number} belongs to another corporation; read the list again")
    Establishment.objects.filter(pk=establishment.pk).update(**_establishment(row))
    contacts = _contacts(row)
    establishment.contacts.exclude(role__in=contacts).delete()
    for role, values in contacts.items():
        Contact.objects.update_or_create(establishment=establishment, role=role, defaults=values)
    establishment.industries.exclude(code__in=row.industries).delete()
    EstablishmentIndustry.objects.bulk_create(
        (
            EstablishmentIndustry(establishment=establishment, code=code)
            for code in dict.fromkeys(row.industries)
        ),
        ignore_conflicts=True,
    )
    set_discounts(establishment=establishment, fiscal_year=fiscal_year, **_discounts(row, groups))
    DebitMandate.objects.update_or_create(establishment=establishment, defaults=_mandate(row))


def change_corporation(key: int, row: MemberRow) -> None:
    """Give the corporation the name and reading of ``row``."""
    Corporation.objects.filter(pk=key).update(name=row.corporation_name, name_kana=row.corporation_name_kana)


def _corporations(rows: list[MemberRow]) -> dict[str, Corporation]:
    """The corporation of each row, by member number. A sole proprietor's establishments cannot be told to belong
    together: each gets one of its own."""
    listed: dict[str | None, MemberRow] = {row.corporate_number: row for row in rows if row.corporate_number}
    known: dict[str | None, Corporation] = {
        corporation.corporate_number: corporation
        for corporation in Corporation.objects.filter(corporate_number__isnull=False).iterator(
            chunk_size=2000
        )
        if corporation.corporate_number in listed
    }
    new = [Corporation(**_corporation(row)) for number, row in listed.items() if number not in known]
    for corporation in Corporation.objects.bulk_create(new, batch_size=CHUNK):
        known[corporation.corporate_number] = corporation
    sole = [row for row in rows if not row.corporate_number]
    owned = Corporation.objects.bulk_create(
        (Corporation(**_corporation(row)) for row in sole), batch_size=CHUNK
    )
    return {row.member_number: known[row.corporate_number] for row in rows if row.corporate_number} | {
        row.member_number: corporation for row, corporation in zip(sole, owned, strict=True)
    }


def _corporation(row: MemberRow) -> dict[str, Any]:
    return {
        "corporate_number": row.corporate_number,
        "is_sole_proprietor": row.is_sole_proprietor,
        "name": row.corporation_name,
        "name_kana": row.corporation_name_kana,
    }


def _establishment(row: MemberRow) -> dict[str, Any]:
    return {
        "member_number": row.member_number,
        "name": row.establishment_name,
        "name_kana": row.establishment_name_kana,
        "postal_code": row.postal_code,
        "prefecture": row.prefecture,
        "address": row.address,
        "phone": row.phone,
        "joined_on": row.joined_on,
    }


def _contacts(row: MemberRow) -> dict[str, dict[str, str]]:
    listed = {
        ContactRole.PRIMARY: row.contact,
        ContactRole.SECONDARY: row.second_contact,
        ContactRole.BILLING: row.billing_contact,
    }
    return {
        role.value: {"name": contact.name, "email": contact.email}
        for role, contact in listed.items()
        if contact is not None
    }


def _discounts(row: MemberRow, groups: Mapping[str, IndustryGroup]) -> dict[str, Any]:
    return {
        "sme": row.sme_discount,
        "group": groups[row.group] if row.group else None,
        "certificate_valid_until": row.certificate_valid_until,
    }


def _mandate(row: MemberRow) -> dict[str, Any]:
    account = row.mandate
    return {
        "status": row.mandate_status.value,
        "bank_code": account.bank_code if account else "",
        "branch_code": account.branch_code if account else "",
        "account_type": account.account_type.value if account else "",
        "account_number": account.account_number if account else "",
        "holder_kana": account.holder_kana if account else "",
    }
