"""What several tests of the secretariat's pages begin with."""

from collections.abc import Callable
from datetime import date

import pytest

from discounts.group_list_reading import GroupMemberRow
from discounts.group_lists import import_group_members
from discounts.models import IndustryGroup
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.tokyo import at
from members.models import Corporation
from tests.factories import JOB, IndustryGroupFactory


@pytest.fixture
def listing_group() -> Callable[[Corporation], IndustryGroup]:
    """A group that asks for no proof, because it sent in a list of its members, this corporation among them."""

    def group_of(corporation: Corporation) -> IndustryGroup:
        group = IndustryGroupFactory(proof=ProofOfBelonging.NONE)
        row = GroupMemberRow(2, corporation.corporate_number, corporation.name, corporation.name)
        import_group_members(
            [row], group=group, as_of=date(2027, 1, 10), by=JOB, now=at(date(2027, 1, 11), 9)
        )
        return group

    return group_of
