"""What is registered, in the shape of a row of the list, so that both can be compared and merged."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Q

from discounts.models import AppliedDiscounts
from fees.models import DebitMandate
from members.member_list import (
    AccountType,
    ContactRow,
    MandateRow,
    MandateStatus,
    MemberRow,
    RegisteredMember,
    RegisteredMembers,
)
from members.models import Contact, ContactRole, Corporation, Establishment

# Columns of the list, by the fields of a row that they fill.
COLUMNS: dict[str, tuple[str, ...]] = {
    "corporate_number": ("法人番号",),
    "is_sole_proprietor": ("個人事業主",),
    "corporation_name": ("法人名",),
    "corporation_name_kana": ("法人名カナ",),
    "establishment_name": ("事業所名",),
    "establishment_name_kana": ("事業所名カナ",),
    "postal_code": ("郵便番号",),
    "prefecture": ("都道府県",),
    "address": ("住所",),
    "phone": ("電話番号",),
    "contact": ("担当者1", "メールアドレス1"),
    "second_contact": ("担当者2", "メールアドレス2"),
    "billing_contact": ("請求書送付先", "請求書送付先メール"),
    "industries": ("産業分類",),
    "joined_on": ("入会日",),
    "sme_discount": ("中小企業割引",),
    "group": ("正会員団体割引", "所属団体"),
    "certificate_valid_until": ("会員証有効期限",),
    "mandate_status": ("振替口座",),
    "mandate": ("銀行コード", "支店コード", "預金種目", "口座番号", "口座名義"),
}
# Kept as registered where the list lacks any of their columns: half of it would be another group, another account.
WHOLE_OR_NOT_AT_ALL = frozenset({"group", "mandate"})
NAME_COLUMNS = {"contact": "担当者1", "second_contact": "担当者2", "billing_contact": "請求書送付先"}
MAIL_COLUMNS = {
    "contact": "メールアドレス1",
    "second_contact": "メールアドレス2",
    "billing_contact": "請求書送付先メール",
}


def registered_row(
    establishment: Establishment, applied: AppliedDiscounts | None, mandate: DebitMandate | None
) -> MemberRow:
    """``establishment`` as a row of the list would have it. Its contacts and industries are loaded."""
    contacts = {contact.role: _contact(contact) for contact in establishment.contacts.all()}
    primary = contacts.get(ContactRole.PRIMARY, ContactRow("", ""))
    corporation = establishment.corporation
    return MemberRow(
        row_number=0,
        member_number=establishment.member_number,
        corporate_number=corporation.corporate_number,
        is_sole_proprietor=corporation.is_sole_proprietor,
        corporation_name=corporation.name,
        corporation_name_as_written=corporation.name,
        corporation_name_kana=corporation.name_kana,
        establishment_name=establishment.name,
        establishment_name_kana=establishment.name_kana,
        postal_code=establishment.postal_code,
        prefecture=establishment.prefecture,
        address=establishment.address,
        phone=establishment.phone,
        contact=primary,
        second_contact=contacts.get(ContactRole.SECONDARY),
        billing_contact=contacts.get(ContactRole.BILLING, primary),
        industries=tuple(industry.code for industry in establishment.industries.all()),
        joined_on=establishment.joined_on,
        sme_discount=bool(applied and applied.sme),
        group=applied.group.name if applied and applied.group else None,
        certificate_valid_until=applied.certificate_valid_until if applied else None,
        mandate_status=MandateStatus(mandate.status) if mandate else MandateStatus.NONE,
        mandate=_account(mandate) if mandate and mandate.account_number else None,
    )


def registered_members(*, today: date) -> RegisteredMembers:
    """What reading a list has to know of who is registered on ``today``."""
    members = Establishment.objects.order_by().annotate(has_account=Q(debit_mandate__account_number__gt=""))
    columns = (
        "member_number",
        "corporation__corporate_number",
        "left_on",
        "debit_mandate__status",
        "has_account",
    )
    return RegisteredMembers(
        {
            number: RegisteredMember(
                corporate_number=corporate_number,
                left_on=left_on,
                has_left=left_on is not None and left_on < today,
                mandate_status=MandateStatus(status) if status else MandateStatus.NONE,
                has_account=bool(has_account),
            )
            for number, corporate_number, left_on, status, has_account in members.values_list(*columns)
        },
        {
            number: name
            for number, name in Corporation.objects.order_by().values_list("corporate_number", "name")
            if number
        },
    )


def merged(registered: MemberRow, row: MemberRow, *, absent: Iterable[str]) -> MemberRow:
    """``row``, with what is registered wherever the list has no column to say otherwise."""
    missing = frozenset(absent)
    kept = {
        name: getattr(registered, name)
        for name, columns in COLUMNS.items()
        if missing.issuperset(columns) or (name in WHOLE_OR_NOT_AT_ALL and missing.intersection(columns))
    }
    for name, column in NAME_COLUMNS.items():
        listed, known = getattr(row, name), getattr(registered, name)
        if MAIL_COLUMNS[name] in missing:
            kept[name] = known
        elif column in missing and listed and known:
            kept[name] = ContactRow(known.name, listed.email)
    result = replace(row, **kept)
    industries = tuple(sorted(set(result.industries)))
    if result.group is None:
        return replace(result, industries=industries, certificate_valid_until=None)
    return replace(result, industries=industries)


def joining(row: MemberRow, corporation: Corporation | None, *, absent: Iterable[str]) -> MemberRow:
    """The row of a new member; its ``corporation``, where that is registered, keeps its reading if the list has
    none."""
    if corporation is not None and "法人名カナ" in absent:
        return replace(row, corporation_name_kana=corporation.name_kana)
    return row


def _contact(contact: Contact) -> ContactRow:
    return ContactRow(contact.name, contact.email)


def _account(mandate: DebitMandate) -> MandateRow:
    return MandateRow(
        mandate.bank_code,
        mandate.branch_code,
        AccountType(mandate.account_type),
        mandate.account_number,
        mandate.holder_kana,
    )
