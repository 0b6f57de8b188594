from datetime import UTC, date, datetime

import pytest

from audit.models import AuditEvent
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import Establishment
from renewals import completion
from renewals.completion import complete_due_withdrawals
from renewals.models import Renewal, RenewalCampaign
from renewals.refusals import Stale
from renewals.status import Status
from tests.factories import COMPLETED_AT, RenewalFactory

pytestmark = pytest.mark.django_db


def complete(now: datetime = COMPLETED_AT) -> int:
    return complete_due_withdrawals(campaign=RenewalCampaign.objects.get(), now=now)


def test_withdrawals_take_effect_on_31_march_and_the_roster_drops_them_on_1_april() -> None:
    leaving, staying = RenewalFactory(withdrawal_accepted=True), RenewalFactory(approved=True)
    assert complete() == 1
    leaving.refresh_from_db()
    assert leaving.status == Status.WITHDRAWN
    both = {leaving.establishment, staying.establishment}
    assert set(Establishment.objects.on_roster(date(2027, 3, 31))) == both
    assert set(Establishment.objects.on_roster(date(2027, 4, 1))) == {staying.establishment}


def test_the_unanswered_and_the_undecided_stay_on_the_roster() -> None:
    for trait in ({}, {"submitted": True}, {"withdrawal_submitted": True}, {"taken_back": True}):
        RenewalFactory(**trait)
    assert complete() == 0
    assert Establishment.objects.on_roster(date(2027, 4, 1)).count() == 4


@pytest.mark.parametrize(
    ("now", "completed"),
    [
        (datetime(2027, 3, 30, 14, 59, 59, tzinfo=UTC), 0),
        (datetime(2027, 3, 30, 15, 0, tzinfo=UTC), 1),
        (at(date(2027, 4, 5), 6), 1),
    ],
    ids=["30 March in Tokyo", "31 March in Tokyo", "caught up in April"],
)
def test_the_day(now: datetime, completed: int) -> None:
    RenewalFactory(withdrawal_accepted=True)
    assert complete(now) == completed


def test_a_day_that_was_missed_still_ends_the_membership_on_31_march() -> None:
    renewal = RenewalFactory(withdrawal_accepted=True)
    complete(at(date(2027, 4, 5), 6))
    renewal.establishment.refresh_from_db()
    assert renewal.establishment.left_on == date(2027, 3, 31)


def test_a_second_run_changes_nothing() -> None:
    RenewalFactory(withdrawal_accepted=True)
    complete()
    assert complete() == 0
    assert OutboxMessage.objects.filter(kind="withdrawal_complete").count() == 1
    assert AuditEvent.objects.filter(verb="renewal.complete_withdrawal", actor="job:completion").count() == 1


def test_one_that_somebody_reopens_meanwhile_stops_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = RenewalFactory(withdrawal_accepted=True), RenewalFactory(withdrawal_accepted=True)
    original = completion.complete_withdrawal

    def reopened_meanwhile(*, renewal_id: int, **rest: object) -> Renewal:
        if renewal_id == first.pk:
            raise Stale("ほかの操作と重なりました。")
        return original(renewal_id=renewal_id, **rest)

    monkeypatch.setattr(completion, "complete_withdrawal", reopened_meanwhile)
    assert complete() == 1
    assert Renewal.objects.get(pk=second.pk).status == Status.WITHDRAWN
