"""What the portal already knows of the members and corporations that a list names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from members.member_list.banking import MandateStatus


@dataclass(frozen=True, slots=True)
class RegisteredMember:
    """A registered member. ``corporate_number`` is None for a sole proprietor; ``has_left`` says that ``left_on``,
    the last day as a member, is over."""

    corporate_number: str | None
    left_on: date | None = None
    has_left: bool = False
    mandate_status: MandateStatus = MandateStatus.NONE
    has_account: bool = False


@dataclass(frozen=True, slots=True)
class RegisteredMembers:
    """Members by their member number, names of corporations by their 法人番号."""

    members: Mapping[str, RegisteredMember] = field(default_factory=dict)
    corporation_names: Mapping[str, str] = field(default_factory=dict)


NOBODY = RegisteredMembers()
