"""Registering the industry groups that are regular members of JAIM."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit.trail import Actor, Event, record
from discounts.models import IndustryGroup
from members.member_list import IndustryGroupRow


def register_groups(rows: Iterable[IndustryGroupRow], *, by: Actor, now: datetime) -> tuple[int, int]:
    """Add the groups in ``rows`` and bring known ones up to date, by name; returns how many were added and changed."""
    added, changed = [], []
    with transaction.atomic():
        known = {group.name: group for group in IndustryGroup.objects.all()}
        for row in rows:
            values = {"name_kana": row.name_kana, "proof": row.proof.value, "note": row.note}
            group = known.get(row.name)
            if group is None:
                IndustryGroup.objects.create(name=row.name, **values)
                added.append(row.name)
            elif any(getattr(group, field) != value for field, value in values.items()):
                IndustryGroup.objects.filter(pk=group.pk).update(**values)
                changed.append(row.name)
        if added or changed:
            details = {"added": added, "changed": changed}
            record(Event("industry_groups.register", "industry_groups", by, details=details), now=now)
    return len(added), len(changed)
