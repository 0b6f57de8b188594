"""Reads the secretariat's member list into rows that are right, and cells that are not, each with its
reason."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from members.member_list.addresses import (
    email_address,
    phone_number,
    postal_code,
    prefecture,
    prefecture_at_start,
    street_address,
)
from members.member_list.banking import (
    MandateStatus,
    account_holder,
    account_number,
    account_type,
    bank_code,
    branch_code,
    mandate_status,
)
from members.member_list.cells import ACCOUNT_NUMBER, BANK_COLUMNS, Cells
from members.member_list.characters import is_blank, text_of
from members.member_list.columns import MEMBER_COLUMNS
from members.member_list.corporations import agreed
from members.member_list.dates import calendar_date
from members.member_list.known_groups import KnownGroups
from members.member_list.marks import is_small_company, is_sole_proprietor, marked_yes
from members.member_list.names import (
    company_name,
    contact_name,
    name_as_written,
    reading,
    spell_out_legal_form,
)
from members.member_list.numbers import corporate_number, industry_codes, member_number
from members.member_list.reading import (
    ContactRow,
    MandateRow,
    MemberListReading,
    MemberRow,
    RefusedCell,
    Remark,
)
from members.member_list.refusal import CellValue
from members.member_list.sheet import ListSource, SheetRow, Table, read_table

_NO_INDUSTRIES: tuple[str, ...] = ()
_NOBODY: Mapping[str, str | None] = MappingProxyType({})
_NONE_IN_WORDS = frozenset({"なし", "無", "無し", "該当なし", "未所属", "×"})


def read_member_list(
    source: ListSource,
    *,
    known_groups: Iterable[str],
    known_members: Mapping[str, str | None] = _NOBODY,
    sheet: str = "",
) -> MemberListReading:
    """Read a member list, .xlsx or .csv, from a path, bytes or an open binary file; of its
    sheets the one called ``sheet``, else the one that shows a list.

    ``known_groups`` are the names of the industry groups a row may claim; ``known_members`` the 法人番号 of each
    member number that is registered, None for a sole proprietor. A row with one refused cell or more is refused
    whole, with all its faults; the second row with a member number is refused, whatever the first is, and so is
    a row that gives a registered number to another legal person (``belongs_to_another_corporation``). Rows of
    one corporation are made to agree on its name (see ``corporations``). Raises ``MemberListUnreadable`` where
    there is no list to read (see ``sheet.read_table``).
    """
    table = read_table(source, columns=MEMBER_COLUMNS, sheet=sheet)
    groups = KnownGroups(known_groups)
    accepted: list[MemberRow] = []
    refused: list[RefusedCell] = []
    refused_rows: list[SheetRow] = []
    remarks: list[Remark] = _remarks_on_file(table)
    first_rows: dict[str, int] = {}
    for row in table.rows:
        member, faults, noticed = _read_row(table, row, groups, known_members, first_rows)
        if member is not None:
            accepted.append(member)
            remarks += noticed
        else:
            refused += faults
            refused_rows.append(row)
    in_agreement, on_corporations = agreed(accepted)
    return MemberListReading(
        sheet=table.sheet,
        header_row=table.header_row,
        header=table.header,
        accepted=in_agreement,
        refused=tuple(refused),
        refused_rows=tuple(refused_rows),
        blank_rows=table.blank_rows,
        unknown_columns=table.unknown_columns,
        absent_columns=table.absent_columns,
        remarks=(*remarks, *on_corporations),
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
    return [Remark(0, "", text) for text in texts]


def _read_row(
    table: Table,
    row: SheetRow,
    groups: KnownGroups,
    known_members: Mapping[str, str | None],
    first_rows: dict[str, int],
) -> tuple[MemberRow | None, list[RefusedCell], list[Remark]]:
    cells = Cells(table, row)
    remarks: list[Remark] = []
    number = _member_number(cells, first_rows)
    sole_proprietor, number_of_corporation = _legal_person(cells)
    if not cells.refused and number in known_members:
        _keep_with_its_corporation(cells, number, number_of_corporation, known_members[number])
    written = cells.require("法人名", name_as_written, "")
    name_kana = cells.take("法人名カナ", reading, "")
    establishment = cells.require("事業所名", company_name, "")
    establishment_kana = cells.take("事業所名カナ", reading, "")
    postal, in_prefecture, address = _address(cells)
    phone = cells.take("電話番号", phone_number, "")
    contact, second, billing = _contacts(cells, remarks)
    industries = cells.take("産業分類", industry_codes, _NO_INDUSTRIES)
    joined_on = cells.require("入会日", calendar_date, None)
    sme = cells.take("中小企業割引", is_small_company, False)
    group = _group(cells, groups, remarks)
    certificate = cells.take("会員証有効期限", calendar_date, None)
    status, mandate = _mandate(cells, remarks)
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
        certificate_valid_until=certificate if group else None,
        mandate_status=status,
        mandate=mandate,
    )
    return member, [], remarks


def _member_number(cells: Cells, first_rows: dict[str, int]) -> str:
    number = cells.require("会員番号", member_number, "")
    if number and (first := first_rows.setdefault(number, cells.row.number)) != cells.row.number:
        cells.refuse(
            "会員番号",
            "appears_twice",
            f"{first}行目と同じ会員番号です。どちらかの番号を直すか、不要な行を削除してください。",
        )
    return number


def _legal_person(cells: Cells) -> tuple[bool, str | None]:
    """Whether it is a sole proprietor, and the 法人番号, which all others must have (domain: section 1)."""
    if not cells.take("個人事業主", is_sole_proprietor, False):
        return False, cells.require("法人番号", corporate_number, "")
    if not cells.is_blank("法人番号"):
        cells.refuse(
            "法人番号",
            "given_though_sole_proprietor",
            "個人事業主には法人番号がありません。法人番号を消すか、「個人事業主」を空にしてください。",
        )
    return True, None


def _keep_with_its_corporation(cells: Cells, number: str, listed: str | None, known: str | None) -> None:
    """Refuse a row that would hand a registered member to another legal person: far more often it is a number
    mistyped, or a row copied."""
    if listed == known:
        return
    owner = f"法人番号「{known}」の会員" if known else "個人事業主の会員"
    cells.refuse(
        "法人番号",
        "belongs_to_another_corporation",
        f"会員番号「{number}」は、{owner}として登録されています。会員番号か法人番号を直してください。"
        "法人が本当に変わったときは、先に管理画面の「法人」で法人番号を、または「事業所」で法人を変更してください。",
    )


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
    return (
        first,
        ContactRow(second_name, second_email) if second_email else None,
        ContactRow(billing_name or first.name, billing_email or first.email),
    )


def _optional_email(value: CellValue) -> str:
    return "" if text_of(value) in _NONE_IN_WORDS else email_address(value)


def _group(cells: Cells, groups: KnownGroups, remarks: list[Remark]) -> str | None:
    """The group whose discount applies.

    A group named without the discount is left out, known or not: belonging lowers the fee only where it is
    claimed (domain: "The fee"), and a renewal would carry a stray group over as a claim. A remark says so.
    """
    applies = cells.take("正会員団体割引", marked_yes, False)
    value = cells.value("所属団体")
    none_named = is_blank(value) or (isinstance(value, str) and text_of(value) in _NONE_IN_WORDS)
    if not applies:
        if not none_named:
            remarks.append(
                Remark(
                    cells.row.number, "所属団体", "正会員団体割引が「無」のため、所属団体は取り込みません。"
                )
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


def _mandate(cells: Cells, remarks: list[Remark]) -> tuple[MandateStatus, MandateRow | None]:
    """The state of the mandate, and the account if it is complete, as 登録済 requires. What is given is
    checked in any state: a wrong account number must not lie in wait until the mandate is ready."""
    status = cells.take("振替口座", mandate_status, MandateStatus.NONE)
    given = [heading for heading in BANK_COLUMNS if not cells.is_blank(heading)]
    bank = cells.take("銀行コード", bank_code, "")
    branch = cells.take("支店コード", branch_code, "")
    kind = cells.take("預金種目", account_type, None)
    number = cells.take(ACCOUNT_NUMBER, account_number, "")
    holder = cells.take("口座名義", account_holder, "")
    missing = [heading for heading in BANK_COLUMNS if heading not in given]
    if status is MandateStatus.READY:
        for heading in missing:
            cells.refuse(
                heading,
                "missing_though_mandate_is_ready",
                f"振替口座が「登録済」なのに{heading}が空です。"
                "入力するか、振替口座を「手続中」にしてください。",
            )
    elif given and missing:
        remarks.append(
            Remark(
                cells.row.number, "振替口座", f"{'・'.join(missing)}が空のため、口座の情報は取り込みません。"
            )
        )
    if bank and branch and kind and number and holder:
        return status, MandateRow(bank, branch, kind, number, holder)
    return status, None
