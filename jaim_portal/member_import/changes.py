"""What an import does to each member, in words that the secretariat can check."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from fees.models import AccountType, MandateStatus
from jaim_portal.member_import.registered import COLUMNS
from members.member_list import ContactRow, MandateRow, MemberListReading, MemberRow


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
class ImportReport:
    """A list read and compared. ``stored`` says whether it was written or only looked at."""

    reading: MemberListReading
    outcomes: tuple[Outcome, ...]
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
        Change("・".join(columns), _shown(getattr(before, name)), _shown(getattr(after, name)))
        for name, columns in COLUMNS.items()
        if getattr(before, name) != getattr(after, name)
    )


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
