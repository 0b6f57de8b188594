import pytest
from django.db import IntegrityError, connection, transaction

from fees.fixing import fix_fee
from fees.models import DebitMandate, FeeSchedule, FixedFee, MandateStatus
from fees.schedule import FeeRates
from tests.constraints import violates
from tests.factories import (
    DECIDED_AT,
    SEASON,
    DebitMandateFactory,
    EstablishmentFactory,
    FeeScheduleFactory,
)

pytestmark = pytest.mark.django_db


def rates_of_2026() -> FeeSchedule:
    return FeeSchedule.objects.get(valid_from=2026)


def fix(schedule: FeeSchedule, *, sme: bool = True, in_group: bool = False) -> FixedFee:
    return fix_fee(
        establishment=EstablishmentFactory(),
        fiscal_year=SEASON,
        schedule=schedule,
        sme=sme,
        in_group=in_group,
        now=DECIDED_AT,
    )


# --- rates --------------------------------------------------------------------------------------------


def test_the_rates_of_2026_are_there_from_the_start() -> None:
    assert rates_of_2026().rates == FeeRates(60_000, 63_000, 80_000, 83_000)


@pytest.mark.parametrize("rate", ["small_in_group", "small", "large_in_group", "large"])
def test_no_rate_is_nothing(rate: str) -> None:
    with violates("every_rate_is_positive"):
        FeeScheduleFactory(**{rate: 0})


def test_one_schedule_per_year() -> None:
    with pytest.raises(IntegrityError, match="valid_from"):
        FeeScheduleFactory(valid_from=2026)


def test_rates_can_be_mended_while_no_fee_was_fixed_under_them() -> None:
    later = FeeScheduleFactory()
    fix(rates_of_2026())
    FeeSchedule.objects.filter(pk=later.pk).update(small=65_000)
    later.refresh_from_db()
    assert later.small == 65_000
    later.delete()
    assert FeeSchedule.objects.count() == 1


def test_rates_are_locked_once_a_fee_was_fixed_under_them() -> None:
    schedule = rates_of_2026()
    fix(schedule)
    with (
        pytest.raises(IntegrityError, match="a fee was fixed under this schedule: UPDATE"),
        transaction.atomic(),
    ):
        FeeSchedule.objects.update(small=1)
    with (
        pytest.raises(IntegrityError, match="a fee was fixed under this schedule: DELETE"),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM fees_feeschedule WHERE id = {schedule.pk}")


# --- fixed fees ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sme", "in_group", "amount"),
    [(True, True, 60_000), (True, False, 63_000), (False, True, 80_000), (False, False, 83_000)],
)
def test_a_fixed_fee_says_what_and_why(sme: bool, in_group: bool, amount: int) -> None:
    fee = FixedFee.objects.get(pk=fix(rates_of_2026(), sme=sme, in_group=in_group).pk)
    assert (fee.amount, fee.sme, fee.in_group) == (amount, sme, in_group)
    assert (fee.fiscal_year, fee.fixed_at, fee.schedule) == (SEASON, DECIDED_AT, rates_of_2026())


def test_later_rates_rewrite_no_history() -> None:
    fee = fix(rates_of_2026())
    FeeScheduleFactory(valid_from=2027, small=99_000)
    assert FixedFee.objects.get(pk=fee.pk).amount == 63_000


def test_a_fixed_fee_is_more_than_nothing() -> None:
    with violates("fixed_fee_is_positive"):
        FixedFee.objects.create(
            establishment=EstablishmentFactory(),
            fiscal_year=SEASON,
            schedule=rates_of_2026(),
            sme=True,
            in_group=True,
            amount=0,
            fixed_at=DECIDED_AT,
        )


# --- mandates -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "missing", ["bank_code", "branch_code", "account_type", "account_number", "holder_kana"]
)
def test_a_mandate_is_ready_only_with_the_whole_account(missing: str) -> None:
    establishment = EstablishmentFactory(mandate=False)
    with violates("ready_mandate_names_its_account"), transaction.atomic():
        DebitMandateFactory(establishment=establishment, **{missing: ""})
    assert DebitMandateFactory(establishment=establishment, pending=True).status == MandateStatus.PENDING


def test_only_known_states_of_a_mandate() -> None:
    with violates("mandate_status_is_known"):
        DebitMandateFactory(status="lost")


def test_one_mandate_per_establishment() -> None:
    establishment = EstablishmentFactory()
    with pytest.raises(IntegrityError, match="establishment_id"):
        DebitMandateFactory(establishment=establishment)


@pytest.mark.parametrize(("number", "shown"), [("5706306", "••••306"), ("0202384", "••••384"), ("", "")])
def test_only_the_last_three_digits_are_ever_shown(number: str, shown: str) -> None:
    assert DebitMandate(account_number=number).masked_account_number == shown


def stored_number(mandate: DebitMandate) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_number FROM fees_debitmandate WHERE id = %s", [mandate.pk])
        return cursor.fetchone()[0]


def test_the_database_sees_the_account_number_encrypted_only() -> None:
    mandate = DebitMandateFactory(account_number="5706306")
    assert "5706306" not in stored_number(mandate)
    assert DebitMandate.objects.get().account_number == "5706306"


def test_the_same_number_is_encrypted_differently_each_time() -> None:
    one, other = DebitMandateFactory(account_number="5706306"), DebitMandateFactory(account_number="5706306")
    assert stored_number(one) != stored_number(other)


def test_keys_can_be_rotated(settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["old"]
    mandate = DebitMandateFactory(account_number="5706306")
    settings.FIELD_ENCRYPTION_KEYS = ["new", "old"]
    assert DebitMandate.objects.get().account_number == "5706306"
    DebitMandate.objects.update(account_number="5706306")
    settings.FIELD_ENCRYPTION_KEYS = ["new"]
    assert DebitMandate.objects.get(pk=mandate.pk).account_number == "5706306"
