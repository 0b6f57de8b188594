"""Filling a benchmark's database, step by step. Called with Django set up."""

from django.utils import timezone

from benchmarks.data import members, season
from fiscal_calendar.tokyo import day_of
from jaim_portal.demo.season import demo_season
from members.models import Establishment


def fill_members(*, size: int) -> int:
    """Members before a season opens."""
    now = timezone.now()
    members.seed(size=size, fiscal_year=demo_season(day_of(now)).fiscal_year - 1)
    return Establishment.objects.count()


def fill_season() -> int:
    """The season on top of the members that are there."""
    return season.seed(now=timezone.now()).pk
