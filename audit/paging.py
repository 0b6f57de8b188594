"""Paging through lists of any length at the same cost: nobody counts a hundred thousand rows to show fifty."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

CAP = 5_000


class CappedPaginator(Paginator):
    """Counts up to :data:`CAP` rows and then says 「以上」; pages beyond are reached by narrowing the list."""

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "order_by"):
            return len(rows)
        return rows.order_by().values("pk")[: CAP + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, CAP)

    def validate_number(self, number: int | float | str) -> int:
        """The last page instead of one beyond it: a work list grows shorter while somebody works through it."""
        return super().validate_number(min(int(number), self.num_pages))

    @property
    def is_capped(self) -> bool:
        return self._found > CAP
