"""The member list as the secretariat keeps it in Excel: read, normalised, refused cell by cell, and handed
back.

Pure: no database, no clock. Start with ``read_member_list``; ``write_rejects`` writes what it refused.
"""

from members.member_list.banking import AccountType, MandateStatus
from members.member_list.industry_groups import (
    IndustryGroupReading,
    IndustryGroupRow,
    Proof,
    read_industry_groups,
)
from members.member_list.reading import (
    ContactRow,
    MandateRow,
    MemberListReading,
    MemberRow,
    RefusedCell,
    Remark,
)
from members.member_list.refusal import MemberListUnreadable
from members.member_list.registered_members import RegisteredMember, RegisteredMembers
from members.member_list.rejects import write_rejects
from members.member_list.rows import read_member_list

__all__ = [
    "AccountType",
    "ContactRow",
    "IndustryGroupReading",
    "IndustryGroupRow",
    "MandateRow",
    "MandateStatus",
    "MemberListReading",
    "MemberListUnreadable",
    "MemberRow",
    "Proof",
    "RefusedCell",
    "RegisteredMember",
    "RegisteredMembers",
    "Remark",
    "read_industry_groups",
    "read_member_list",
    "write_rejects",
]
