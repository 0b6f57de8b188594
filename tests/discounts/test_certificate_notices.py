"""Reminders of certificates that run out: 30 and 7 days before the last day, and once after it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from discounts import certificates
from discounts.certificate_notices import queue_certificate_notices
from discounts.certificates_on_record import expired, expiring
from discounts.models import AppliedDiscounts
from discounts.reminding import reached_step
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from members.models import Establishment
from renewals.models import Renewal, Submission
from tests.factories import (
    AppliedDiscountsFactory,
    CertificateUpdateFactory,
    EstablishmentFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
    staff,
)

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 12, 20)


def morning(days_before: int) -> Any:
    return at(LAST_DAY - timedelta(days=days_before), 8)


@pytest.fixture
def factory() -> Establishment:
    return member()


def member(**fields: Any) -> Establishment:
    fields = {"applied__certificate_valid_until": LAST_DAY, **fields}
    return EstablishmentFactory(in_group=True, **fields)


def steps() -> list[int]:
    mails = OutboxMessage.objects.filter(kind="certificate_expiring").order_by("queued_at")
    return [mail.params["step"] for mail in mails]


def sent() -> list[int]:
    mails = OutboxMessage.objects.filter(kind="certificate_expiring", status="sent").order_by("sent_at")
    return [mail.params["step"] for mail in mails]


@pytest.mark.parametrize(
    ("days_before", "step"), [(31, None), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, -1), (-400, -1)]
)
def test_the_step_that_is_reached(days_before: int, step: int | None) -> None:
    assert reached_step(last_day=LAST_DAY, today=LAST_DAY - timedelta(days=days_before)) == step


def test_each_step_goes_once(factory: Establishment) -> None:
    reminded = [queue_certificate_notices(now=morning(days)) for days in range(32, -4, -1)]
    assert sum(reminded) == 3
    assert steps() == [30, 7, -1]


def test_a_second_run_of_a_day_writes_nothing(factory: Establishment) -> None:
    assert [queue_certificate_notices(now=morning(30)) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize(("days_before", "step"), [(20, 30), (3, 7), (-5, -1)])
def test_of_steps_that_were_missed_the_latest_goes(
    factory: Establishment, days_before: int, step: int
) -> None:
    queue_certificate_notices(now=morning(days_before))
    assert steps() == [step]


def test_a_step_that_waited_too_long_gives_way_to_the_next(factory: Establishment) -> None:
    queue_certificate_notices(now=morning(30))
    queue_certificate_notices(now=morning(6))
    deliver_due(now=morning(6))
    assert sent() == [7]
    assert OutboxMessage.objects.filter(note="次のお知らせの時期になった").count() == 1


def test_both_procedural_contacts_are_told() -> None:
    member(several_contacts=True)
    assert queue_certificate_notices(now=morning(30)) == 1
    assert OutboxMessage.objects.filter(kind="certificate_expiring").count() == 2


# --- who is not reminded --------------------------------------------------------------------------------------------


def next_year(establishment: Establishment, **fields: Any) -> None:
    AppliedDiscountsFactory(establishment=establishment, fiscal_year=2027, **fields)


NOT_REMINDED = {
    "left": {"left_on": date(2026, 10, 31)},
    "leaves on the last day": {"left_on": LAST_DAY},
    "joins later": {"joined_on": date(2027, 1, 1)},
    "no certificate on record": {"applied__certificate_valid_until": None},
    "group sends a list": {"proof": ProofOfBelonging.NONE},
}


@pytest.mark.parametrize("case", NOT_REMINDED)
def test_who_needs_no_newer_one_is_not_reminded(case: str) -> None:
    fields = dict(NOT_REMINDED[case])
    if proof := fields.pop("proof", None):
        fields |= {"applied__group": IndustryGroupFactory(proof=proof)}
    member(**fields)
    assert queue_certificate_notices(now=morning(7)) == 0


def test_a_newer_one_that_is_recorded_for_next_year_counts(factory: Establishment) -> None:
    group = AppliedDiscounts.objects.get().group
    next_year(factory, group=group, certificate_valid_until=date(2028, 3, 31))
    assert queue_certificate_notices(now=morning(7)) == 0


@pytest.mark.parametrize(("last_day", "reminded"), [(date(2027, 3, 31), 0), (date(2027, 3, 30), 1)])
def test_who_gives_the_group_up_with_the_year_needs_none_for_the_next(last_day: date, reminded: int) -> None:
    next_year(member(applied__certificate_valid_until=last_day))
    assert queue_certificate_notices(now=at(last_day - timedelta(days=7), 8)) == reminded


def test_while_a_newer_one_waits_nobody_is_reminded(factory: Establishment) -> None:
    CertificateUpdateFactory(establishment=factory)
    assert queue_certificate_notices(now=morning(7)) == 0


@pytest.mark.parametrize(("day", "reminded"), [(date(2028, 3, 31), 0), (date(2027, 3, 31), 1)])
def test_one_that_came_with_a_renewal_waits_as_well(day: date, reminded: int) -> None:
    renewal = RenewalFactory(submitted=True, establishment__in_group=True)
    answer = Submission.objects.get(renewal=renewal)
    Submission.objects.bulk_create([_with_certificate(answer, day)])
    Renewal.objects.filter(pk=renewal.pk).update(version=2)
    assert queue_certificate_notices(now=at(date(2027, 3, 24), 8)) == reminded


def _with_certificate(answer: Submission, day: date) -> Submission:
    answer.pk, answer.version, answer.token, answer.certificate_valid_until = None, 2, uuid4(), day
    return answer


# --- checked again when it goes -------------------------------------------------------------------------------------


def accepted(factory: Establishment) -> None:
    update = CertificateUpdateFactory(establishment=factory)
    certificates.accept_certificate(update_id=update.pk, by=staff(), now=morning(29))


def waits(factory: Establishment) -> None:
    CertificateUpdateFactory(establishment=factory)


def has_left(factory: Establishment) -> None:
    Establishment.objects.update(left_on=date(2026, 10, 31))


def applies_no_more(factory: Establishment) -> None:
    AppliedDiscounts.objects.update(group=None, certificate_valid_until=None)


@pytest.mark.parametrize("happens", [accepted, waits, has_left, applies_no_more])
def test_what_has_lost_its_reason_is_not_sent(factory: Establishment, happens: Any) -> None:
    queue_certificate_notices(now=morning(30))
    happens(factory)
    deliver_due(now=morning(29))
    assert sent() == []
    assert OutboxMessage.objects.get(kind="certificate_expiring").note


def test_what_still_holds_is_sent(factory: Establishment) -> None:
    queue_certificate_notices(now=morning(30))
    deliver_due(now=morning(29))
    assert sent() == [30]
    assert "あと29日" in OutboxMessage.objects.get(kind="certificate_expiring").body


def test_a_receipt_that_was_overtaken_is_not_sent(factory: Establishment) -> None:
    update = CertificateUpdateFactory(establishment=factory, status="draft")
    by = UserFactory(acts_for=[factory])
    certificates.submit_certificate(establishment=factory, by=by, now=morning(29))
    certificates.refuse_certificate(update_id=update.pk, reason="期限切れ", by=staff(), now=morning(29))
    deliver_due(now=morning(29))
    assert dict(OutboxMessage.objects.values_list("kind", "status")) == {
        "certificate_received": "skipped",
        "certificate_returned": "sent",
    }


# --- what the secretariat sees --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_before", "soon", "over"), [(31, 0, 0), (30, 1, 0), (0, 1, 0), (-1, 0, 1), (-60, 0, 1)]
)
def test_what_runs_out_is_in_one_list(factory: Establishment, days_before: int, soon: int, over: int) -> None:
    day = LAST_DAY - timedelta(days=days_before)
    assert (expiring(day).count(), expired(day).count()) == (soon, over)
