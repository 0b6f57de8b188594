"""What reading a member list yields."""

from dataclasses import dataclass, field
from datetime import date

from members.member_list.banking import AccountType, MandateStatus
from members.member_list.sheet import SheetRow


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact; ``name`` may be empty, ``email`` never is."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A complete bank account. Its number and holder stay out of logs and tracebacks."""

    bank_code: str
    branch_code: str
    account_type: AccountType
    account_number: str = field(repr=False)
    holder_kana: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One establishment as the list has it, normalised. Texts may be empty unless their column is required.

    ``corporate_number`` is None for a sole proprietor and for nobody else. ``corporation_name`` has its
    legal form spelled out, ``corporation_name_as_written`` has not. ``group`` is spelled as the known group
    is, and set if and only if the group discount applies; ``certificate_valid_until`` only beside a group,
    or beside one that is registered and that the list does not tell.
    ``billing_contact`` is contact 1 where the list names none. ``mandate`` is not
    None when ``mandate_status`` is READY, unless the account is registered and the list does not tell it whole.
    """

    row_number: int
    member_number: str
    corporate_number: str | None
    is_sole_proprietor: bool
    corporation_name: str
    corporation_name_as_written: str
    corporation_name_kana: str
    establishment_name: str
    establishment_name_kana: str
    postal_code: str
    prefecture: str
    address: str
    phone: str
    contact: ContactRow
    second_contact: ContactRow | None
    billing_contact: ContactRow
    industries: tuple[str, ...]
    joined_on: date
    sme_discount: bool
    group: str | None
    certificate_valid_until: date | None
    mandate_status: MandateStatus
    mandate: MandateRow | None

    @property
    def group_discount(self) -> bool:
        return self.group is not None


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell that keeps its row out. ``value`` is what the list shows, account numbers but for their last
    three digits; ``reason`` says in Japanese how to mend it; ``code`` is one short English word or phrase."""

    row_number: int
    column: str
    value: str
    reason: str
    code: str

    def __str__(self) -> str:
        shown = f"「{self.value}」" if self.value else "（空）"
        return f"{self.row_number}行目 {self.column}{shown}：{self.reason}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was accepted, but that a person should know of. ``row_number`` 0 is the file as a
    whole."""

    row_number: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.row_number}行目 {self.column}：{self.text}" if self.row_number else self.text


@dataclass(frozen=True, slots=True)
class MemberListReading:
    """A list read: rows accepted, cells refused, and what was found on the way.

    ``refused_rows`` are the rows as typed, under ``header``, for the rejects workbook. ``absent_columns`` are
    known columns that the file lacks: their values in ``accepted`` are mere defaults, and must not overwrite
    what is stored.
    """

    sheet: str
    header_row: int
    header: tuple[str, ...]
    accepted: tuple[MemberRow, ...]
    refused: tuple[RefusedCell, ...]
    refused_rows: tuple[SheetRow, ...]
    blank_rows: tuple[int, ...]
    unknown_columns: tuple[str, ...]
    absent_columns: tuple[str, ...]
    remarks: tuple[Remark, ...]
