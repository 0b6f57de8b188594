"""What an import does to each member, in words that the secretariat can check."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from fees.models import AccountType, MandateStatus
from jaim_portal.member_import.registered import COLUMNS
from members.member_list import ContactRow, MandateRow, MemberListReading, MemberRow
from members.models import Corporation


class Effect(StrEnum):
    ADDED = "追加"
    CHANGED = "変更"
    SAME = "変更なし"


@dataclass(frozen=True)
class Change:
    """One value that changes. An account number is masked but for its last three digits."""

    column: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.column}：{self.before or '（空）'} → {self.after or '（空）'}"


@dataclass(frozen=True)
class Outcome:
    """What happens to one member. ``row`` is the row as it is (or would be) registered."""

    row: MemberRow
    effect: Effect
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class CorporationOutcome:
    """What changes of a corporation, for all of its members. ``row`` is one of the rows that say so."""

    key: int
    row: MemberRow
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ImportReport:
    """A list read and compared. ``stored`` says whether it was written or only looked at."""

    reading: MemberListReading
    outcomes: tuple[Outcome, ...]
    corporations: tuple[CorporationOutcome, ...]
    stored: bool

    def having(self, effect: Effect) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.effect == effect]

    @property
    def added(self) -> list[Outcome]:
        return self.having(Effect.ADDED)

    @property
    def changed(self) -> list[Outcome]:
        return self.having(Effect.CHANGED)

    @property
    def same(self) -> list[Outcome]:
        return self.having(Effect.SAME)

    @property
    def to_write(self) -> int:
        return len(self.added) + len(self.changed)

    @property
    def refused_row_count(self) -> int:
        return len(self.reading.refused_rows)


def changes_between(before: MemberRow, after: MemberRow) -> tuple[Change, ...]:
    """The values in which two rows of one member differ."""
    return tuple(
        _change(name, getattr(before, name), getattr(after, name))
        for name in COLUMNS
        if getattr(before, name) != getattr(after, name)
    )


def corporation_changes(before: Corporation, after: MemberRow) -> tuple[Change, ...]:
    """What a row changes of its corporation, which has its other members, too."""
    values = {
        "corporation_name": (before.name, after.corporation_name),
        "corporation_name_kana": (before.name_kana, after.corporation_name_kana),
    }
    return tuple(_change(name, was, becomes) for name, (was, becomes) in values.items() if was != becomes)


def _change(name: str, before: Any, after: Any) -> Change:
    if isinstance(before, MandateRow) and isinstance(after, MandateRow):
        return _account_change(before, after)
    return Change("・".join(COLUMNS[name]), _shown(before), _shown(after))


def _account_change(before: MandateRow, after: MandateRow) -> Change:
    """Names the parts that change: the number and the holder may, and look the same masked."""
    parts = {
        "銀行コード": before.bank_code != after.bank_code,
        "支店コード": before.branch_code != after.branch_code,
        "預金種目": before.account_type != after.account_type,
        "口座番号": before.account_number != after.account_number,
        "口座名義": before.holder_kana != after.holder_kana,
    }
    unseen = [part for part in ("口座番号", "口座名義") if parts[part]]
    said = f"（{'と'.join(unseen)}が変わります）" if unseen else ""
    columns = "・".join(part for part, changes in parts.items() if changes)
    return Change(columns, _shown(before), f"{_shown(after)}{said}")


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "有" if value else "無"
        case date():
            return f"{value:%Y-%m-%d}"
        case ContactRow():
            return f"{value.name} {value.email}".strip()
        case MandateRow():
            kind = AccountType(value.account_type).label
            return f"{value.bank_code}-{value.branch_code} {kind} ••••{value.account_number[-3:]}"
        case tuple():
            return "、".join(value)
    if value in MandateStatus.values:
        return str(MandateStatus(value).label)
    return str(value)
