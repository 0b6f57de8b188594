from datetime import date

import pytest

from members.models import Establishment
from members.roster import leave
from tests.factories import EstablishmentFactory


@pytest.mark.django_db
def test_leaving_names_the_last_day_and_touches_nobody_else() -> None:
    leaving, staying = EstablishmentFactory.create_batch(2)
    leave(establishment=leaving, on=date(2027, 3, 31))
    assert leaving.left_on == date(2027, 3, 31)
    assert set(Establishment.objects.on_roster(date(2027, 3, 31))) == {leaving, staying}
    assert set(Establishment.objects.on_roster(date(2027, 4, 1))) == {staying}
