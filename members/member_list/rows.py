"""Reads the secretariat's member list into rows that are right, and cells that are not, each with its
reason."""

from collections.abc import Iterable

from members.member_list.addresses import (
    email_address,
    phone_number,
    postal_code,
    prefecture,
    prefecture_at_start,
    street_address,
)
from members.member_list.cells import BANK_COLUMNS, Cells
from members.member_list.characters import is_blank, text_of
from members.member_list.columns import MEMBER_COLUMNS
from members.member_list.corporations import agreed
from members.member_list.dates import calendar_date
from members.member_list.identity import (
    day_of_joining,
    keep_with_its_corporation,
    legal_person,
    name_of_corporation,
    number_of_member,
    refuse_who_has_left,
)
from members.member_list.known_groups import KnownGroups
from members.member_list.mandates import mandate_of
from members.member_list.marks import is_small_company, marked_yes
from members.member_list.names import company_name, contact_name, reading, spell_out_legal_form
from members.member_list.numbers import industry_codes
from members.member_list.reading import ContactRow, MemberListReading, MemberRow, RefusedCell, Remark
from members.member_list.refusal import CellValue
from members.member_list.registered_members import NOBODY, RegisteredMember, RegisteredMembers
from members.member_list.sheet import ListSource, SheetRow, Table, read_table

GROUP_COLUMNS = ("正会員団体割引", "所属団体")
_NO_INDUSTRIES: tuple[str, ...] = ()
_NONE_IN_WORDS = frozenset({"なし", "無", "無し", "該当なし", "未所属", "×"})


def read_member_list(
    source: ListSource,
    *,
    known_groups: Iterable[str],
    registered: RegisteredMembers = NOBODY,
    sheet: str = "",
) -> MemberListReading:
    """Read a member list, .xlsx or .csv, from a path, bytes or an open binary file; of its sheets the one called
    ``sheet``, else the one that shows a list.

    ``known_groups`` are the names of the industry groups a row may claim. A row with one refused cell or more is
    refused whole, with all its faults; the second row with a member number is refused, whatever the first is. So is
    a row that does not fit what is ``registered``: it would give a member to another legal person, rename a
    corporation, or bring back who has left (see ``identity``). Rows of one corporation have to agree on its name
    (see ``corporations``). Raises ``MemberListUnreadable`` where there is no list to read (see ``sheet.read_table``).
    """
    table = read_table(source, columns=MEMBER_COLUMNS, sheet=sheet)
    groups = KnownGroups(known_groups)
    accepted: list[MemberRow] = []
    refused: list[RefusedCell] = []
    remarks: list[Remark] = _remarks_on_file(table)
    first_rows: dict[str, int] = {}
    for row in table.rows:
        member, faults, noticed = _read_row(table, row, groups, registered, first_rows)
        if member is not None:
            accepted.append(member)
            remarks += noticed
        refused += faults
    in_agreement, at_odds, on_corporations = agreed(accepted)
    refused = sorted([*refused, *at_odds], key=lambda cell: cell.row_number)
    kept_out = {cell.row_number for cell in refused}
    return MemberListReading(
        sheet=table.sheet,
        header_row=table.header_row,
        header=table.header,
        accepted=in_agreement,
        refused=tuple(refused),
        refused_rows=tuple(row for row in table.rows if row.number in kept_out),
        blank_rows=table.blank_rows,
        unknown_columns=table.unknown_columns,
        absent_columns=table.absent_columns,
        remarks=tuple(remark for remark in (*remarks, *on_corporations) if remark.row_number not in kept_out),
    )


def _remarks_on_file(table: Table) -> list[Remark]:
    texts = []
    if table.unknown_columns:
        texts.append(f"取り込まない列：{'、'.join(table.unknown_columns)}")
    if table.absent_columns:
        texts.append(f"ファイルにない列：{'、'.join(table.absent_columns)}")
    if table.other_sheets:
        texts.append(
            f"シート「{table.sheet}」を読み込みました。"
            f"読み込まなかったシート：{'、'.join(table.other_sheets)}"
        )
    for what, unit in (("正会員団体割引と所属団体", GROUP_COLUMNS), ("口座", BANK_COLUMNS)):
        lacking = [heading for heading in unit if heading not in table.columns]
        if 0 < len(lacking) < len(unit):
            texts.append(f"「{'」「'.join(lacking)}」の列がないため、登録済みの会員の{what}は変更しません。")
    return [Remark(0, "", text) for text in texts]


def _read_row(
    table: Table,
    row: SheetRow,
    groups: KnownGroups,
    registered: RegisteredMembers,
    first_rows: dict[str, int],
) -> tuple[MemberRow | None, list[RefusedCell], list[Remark]]:
    cells = Cells(table, row)
    remarks: list[Remark] = []
    number = number_of_member(cells, first_rows)
    known = registered.members.get(number)
    refuse_who_has_left(cells, number, known)
    sole_proprietor, number_of_corporation = legal_person(cells, known)
    if known and not cells.refused:
        keep_with_its_corporation(cells, number, number_of_corporation, known)
    written = name_of_corporation(cells, number_of_corporation, registered)
    name_kana = cells.take("法人名カナ", reading, "")
    establishment = cells.require("事業所名", company_name, "")
    establishment_kana = cells.take("事業所名カナ", reading, "")
    postal, in_prefecture, address = _address(cells)
    phone = cells.take("電話番号", phone_number, "")
    contact, second, billing = _contacts(cells, remarks)
    industries = cells.take("産業分類", industry_codes, _NO_INDUSTRIES)
    joined_on = day_of_joining(cells, known)
    sme = cells.take("中小企業割引", is_small_company, False)
    group = _group(cells, groups, known, remarks)
    certificate = cells.take("会員証有効期限", calendar_date, None)
    status, mandate = mandate_of(cells, known, remarks)
    if cells.refused or joined_on is None:
        return None, cells.refused, []
    member = MemberRow(
        row_number=row.number,
        member_number=number,
        corporate_number=number_of_corporation,
        is_sole_proprietor=sole_proprietor,
        corporation_name=spell_out_legal_form(written),
        corporation_name_as_written=written,
        corporation_name_kana=name_kana,
        establishment_name=establishment,
        establishment_name_kana=establishment_kana,
        postal_code=postal,
        prefecture=in_prefecture,
        address=address,
        phone=phone,
        contact=contact,
        second_contact=second,
        billing_contact=billing,
        industries=industries,
        joined_on=joined_on,
        sme_discount=sme,
        group=group,
        certificate_valid_until=certificate if group or (known and not _tells_group(cells)) else None,
        mandate_status=status,
        mandate=mandate,
    )
    return member, [], remarks


def _address(cells: Cells) -> tuple[str, str, str]:
    """Postal code, prefecture, the rest of the address. A prefecture written in 住所 is taken from there."""
    named = cells.take("都道府県", prefecture, "")
    address = cells.take("住所", street_address, "")
    written = prefecture_at_start(address)
    if written and cells.is_blank("都道府県"):
        named = written
    if written and written == named:
        address = address.removeprefix(written).strip()
    elif written and named:
        cells.refuse(
            "住所",
            "not_in_the_prefecture",
            f"住所の「{written}」が都道府県の「{named}」と合いません。どちらかを直してください。",
        )
    postal = cells.take("郵便番号", lambda value: postal_code(value, prefecture=named), "")
    return postal, named, address


def _contacts(cells: Cells, remarks: list[Remark]) -> tuple[ContactRow, ContactRow | None, ContactRow]:
    """Contact 1, contact 2 if it has an address, and the billing contact, which is contact 1 if it has
    none."""
    first = ContactRow(
        cells.take("担当者1", contact_name, ""), cells.require("メールアドレス1", email_address, "")
    )
    second_name = cells.take("担当者2", contact_name, "")
    second_email = cells.take("メールアドレス2", _optional_email, "")
    if second_name and cells.is_blank("メールアドレス2"):
        remarks.append(
            Remark(cells.row.number, "担当者2", "メールアドレス2が空のため、担当者2は登録されません。")
        )
    billing_name = cells.take("請求書送付先", contact_name, "")
    billing_email = cells.take("請求書送付先メール", _optional_email, "")
    if billing_name and not billing_email and cells.has("請求書送付先メール"):
        remarks.append(
            Remark(
                cells.row.number,
                "請求書送付先",
                "請求書送付先メールが空のため、担当者1のメールアドレスを使います。",
            )
        )
    return (
        first,
        ContactRow(second_name, second_email) if second_email else None,
        ContactRow(billing_name or first.name, billing_email or first.email),
    )


def _optional_email(value: CellValue) -> str:
    return "" if text_of(value) in _NONE_IN_WORDS else email_address(value)


def _tells_group(cells: Cells) -> bool:
    return all(cells.has(heading) for heading in GROUP_COLUMNS)


def _group(
    cells: Cells, groups: KnownGroups, member: RegisteredMember | None, remarks: list[Remark]
) -> str | None:
    """The group whose discount applies. A registered member's is not touched by a list that lacks one of the two
    columns.

    A group named without the discount is left out, known or not: belonging lowers the fee only where it is
    claimed (domain: "The fee"), and a renewal would carry a stray group over as a claim. A remark says so.
    """
    applies = cells.take("正会員団体割引", marked_yes, False)
    if member and not _tells_group(cells):
        return None
    value = cells.value("所属団体")
    none_named = is_blank(value) or (isinstance(value, str) and text_of(value) in _NONE_IN_WORDS)
    if not applies:
        if not none_named:
            why = "が「無」の" if cells.has("正会員団体割引") else "の列がない"
            remarks.append(
                Remark(cells.row.number, "所属団体", f"正会員団体割引{why}ため、所属団体は取り込みません。")
            )
        return None
    if none_named:
        cells.refuse(
            "所属団体",
            "missing_though_group_discount_applies",
            "正会員団体割引が「有」なのに所属団体が空です。団体名を入力するか、割引を「無」にしてください。",
        )
        return None
    return cells.take("所属団体", groups.named, None)
