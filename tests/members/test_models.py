from datetime import date

import pytest
from django.core.exceptions import ValidationError

from members.models import (
    Contact,
    ContactRole,
    Establishment,
    EstablishmentIndustry,
    StaffRole,
    User,
    validate_corporate_number,
)
from tests.constraints import violates
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    ContactFactory,
    CorporationFactory,
    EstablishmentFactory,
    UserFactory,
)


@pytest.mark.parametrize("number", ["8181590830166", "9199351819093"])
def test_a_corporate_number_with_the_right_check_digit(number: str) -> None:
    validate_corporate_number(number)


@pytest.mark.parametrize(
    "number",
    ["8181590830167", "818159083016", "81815908301660", "８１８１５９０８３０１６６", "T8181590830166", ""],
)
def test_a_corporate_number_that_cannot_be_one(number: str) -> None:
    with pytest.raises(ValidationError, match="13桁の数字"):
        validate_corporate_number(number)


# --- corporations -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"corporate_number": None, "is_sole_proprietor": False},
        {"corporate_number": "8181590830166", "is_sole_proprietor": True},
    ],
)
def test_a_corporation_has_its_number_and_a_sole_proprietor_has_none(fields: dict[str, object]) -> None:
    with violates("corporate_number_unless_sole_proprietor"):
        CorporationFactory(**fields)


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["818159083016", "818159083016a"])
def test_the_database_knows_a_corporate_number_has_13_digits(number: str) -> None:
    with violates("corporate_number_has_13_digits"):
        CorporationFactory(corporate_number=number)


@pytest.mark.django_db
def test_there_may_be_many_sole_proprietors() -> None:
    assert CorporationFactory(sole_proprietor=True).pk != CorporationFactory(sole_proprietor=True).pk


# --- establishments -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_leaves_before_joining() -> None:
    with violates("leaves_after_joining"):
        EstablishmentFactory(joined_on=date(2026, 4, 1), left_on=date(2026, 3, 31))


@pytest.mark.parametrize(
    ("joined_on", "left_on", "day", "listed"),
    [
        (date(2026, 4, 1), None, date(2026, 3, 31), False),
        (date(2026, 4, 1), None, date(2026, 4, 1), True),
        (date(2026, 4, 1), date(2027, 3, 31), date(2027, 3, 31), True),
        (date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1), False),
    ],
)
@pytest.mark.django_db
def test_the_roster_of_a_day(joined_on: date, left_on: date | None, day: date, listed: bool) -> None:
    EstablishmentFactory(joined_on=joined_on, left_on=left_on)
    assert Establishment.objects.on_roster(day).exists() is listed


@pytest.mark.django_db
def test_letters_name_the_corporation_and_the_establishment() -> None:
    establishment = EstablishmentFactory(corporation__name="株式会社日の出", name="第二工場")
    assert establishment.full_name == "株式会社日の出 第二工場"


@pytest.mark.django_db
def test_an_industry_is_listed_once() -> None:
    establishment = EstablishmentFactory(industry="2651")
    with violates("industry_once_per_establishment"):
        establishment.industries.create(code="2651")


# --- contacts -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_contact_per_role() -> None:
    establishment = EstablishmentFactory()
    with violates("one_contact_per_role"):
        ContactFactory(establishment=establishment, role=ContactRole.PRIMARY)


@pytest.mark.django_db
def test_only_known_roles_of_contacts() -> None:
    with violates("contact_role_is_known"):
        ContactFactory(role="owner")


@pytest.mark.django_db
def test_the_billing_contact_is_not_among_the_procedural_ones() -> None:
    EstablishmentFactory(several_contacts=True)
    assert set(Contact.objects.procedural().values_list("role", flat=True)) == {
        ContactRole.PRIMARY,
        ContactRole.SECONDARY,
    }


# --- accounts -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_account_per_address_however_it_is_written() -> None:
    UserFactory(email="hanako@example.jp")
    with violates("one_account_per_address"):
        User.objects.create(email="Hanako@Example.JP")


@pytest.mark.django_db
def test_people_log_in_by_address_however_they_write_it() -> None:
    user = UserFactory(email=" Hanako@Example.JP ")
    assert user.email == "hanako@example.jp"
    assert User.objects.get_by_natural_key("HANAKO@example.jp") == user
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_only_known_roles_of_the_secretariat() -> None:
    with violates("staff_role_is_known"):
        UserFactory(role="boss")


@pytest.mark.parametrize(("role", "is_staff"), [("", False), *((role, True) for role in StaffRole.values)])
def test_whoever_has_a_role_belongs_to_the_secretariat(role: str, is_staff: bool) -> None:
    assert User(role=role).is_staff is is_staff


@pytest.mark.django_db
def test_assigned_once() -> None:
    assignment = AssignmentFactory()
    with violates("assigned_once"):
        AssignmentFactory(user=assignment.user, establishment=assignment.establishment)


@pytest.mark.django_db
def test_a_user_acts_for_its_own_establishments_only() -> None:
    mine, also_mine, _ = EstablishmentFactory.create_batch(3)
    user = UserFactory(acts_for=[mine, also_mine])
    assert set(Establishment.objects.acted_for_by(user)) == {mine, also_mine}


@pytest.mark.django_db
def test_the_secretariat_acts_for_nobody() -> None:
    reviewer, mine = UserFactory(role=StaffRole.REVIEWER), EstablishmentFactory()
    assignment = AssignmentFactory(user=reviewer, establishment=mine)
    assert not Establishment.objects.acted_for_by(reviewer).exists()
    with pytest.raises(ValidationError, match="事務局のアカウントは、会員の担当者にできません"):
        assignment.full_clean()


@pytest.mark.parametrize("code", ["26", "2651"])
def test_an_industry_code(code: str) -> None:
    EstablishmentIndustry(code=code).clean_fields(exclude=["establishment"])


@pytest.mark.parametrize("code", ["2", "26511", "２６", "E26"])
def test_what_is_no_industry_code(code: str) -> None:
    with pytest.raises(ValidationError):
        EstablishmentIndustry(code=code).clean_fields(exclude=["establishment"])
