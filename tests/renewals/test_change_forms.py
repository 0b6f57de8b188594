"""What people type into the form of changed discounts. No database: groups and drafts are made in memory."""

from datetime import date

import pytest
from django.http import QueryDict

from discounts.kinds import Discount
from discounts.models import IndustryGroup
from discounts.papers import Paper, SmeMethod
from renewals.change_forms import ChangeForm, papers_ticked
from renewals.models import DraftDeclaration
from tests.factories import filled

SPRING = date(2027, 3, 31)


def form(query: str) -> ChangeForm:
    bound = ChangeForm(QueryDict(query), groups=[IndustryGroup(pk=7)])
    bound.is_valid()
    return bound


BEFORE = DraftDeclaration(
    sme=True,
    sme_method=SmeMethod.CAPITAL,
    sme_remark="前の補足",
    in_group=True,
    group_id=7,
    certificate_valid_until=SPRING,
    group_remark="",
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "sme=no&sme_method=headcount&sme_remark=&in_group=yes&group=7"
            "&valid_year=2028&valid_month=3&valid_day=31&group_remark=新",
            filled(
                sme_method=SmeMethod.HEADCOUNT,
                in_group=True,
                group=7,
                certificate_valid_until=date(2028, 3, 31),
                group_remark="新",
            ),
        ),
        (
            "sme=maybe&sme_method=guess&group=8&valid_year=x&valid_month=1&valid_day=1&sme_remark="
            + "あ" * 301,
            filled(
                sme=True,
                sme_method=SmeMethod.CAPITAL,
                sme_remark="前の補足",
                in_group=True,
                group=7,
                certificate_valid_until=SPRING,
            ),
        ),
    ],
    ids=["as typed", "what cannot be read stays as it was"],
)
def test_what_is_kept(query, expected):
    assert form(query).filled(BEFORE) == expected


def test_a_form_that_was_sent_without_a_field_leaves_it_as_it_was():
    assert form("sme=no").filled(BEFORE) == filled(
        sme_method=SmeMethod.CAPITAL,
        sme_remark="前の補足",
        in_group=True,
        group=7,
        certificate_valid_until=SPRING,
    )


def test_an_emptied_day_is_no_day():
    assert form("valid_year=&valid_month=&valid_day=").filled(BEFORE).certificate_valid_until is None


@pytest.mark.parametrize(
    ("query", "field", "text"),
    [
        ("valid_year=2027&valid_month=2&valid_day=30", "valid_year", "有効期限の日付を読み取れません"),
        ("group=8", "group", "一覧から選び直してください"),
        ("sme_remark=" + "あ" * 301, "sme_remark", "補足は300文字までです（いまは301文字）"),
        ("group_remark=" + "あ" * 301, "group_remark", "補足は300文字までです（いまは301文字）"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(query, field, text):
    assert list(form(query).errors) == [field]
    assert text in str(form(query).errors[field])


def test_a_remark_may_have_300_characters():
    assert form("sme_remark=" + "あ" * 300).errors == {}


@pytest.mark.parametrize(
    ("query", "count", "ticked"),
    [
        ("sme_shown=1&sme_papers_1=registry", 1, [[Paper.REGISTRY]]),
        ("sme_shown=1&sme_papers_1=labour&sme_papers_1=form5", 1, [[Paper.FORM5, Paper.LABOUR]]),
        ("sme_shown=2&sme_papers_2=form5", 2, [[], [Paper.FORM5]]),
        ("sme_shown=1&sme_papers_1=passport", 1, [[]]),
        ("sme_shown=1&sme_papers_1=form5", 2, None),
        ("group_shown=1&sme_papers_1=form5", 1, None),
        ("", 0, None),
    ],
)
def test_which_papers_are_said_to_be_in_which_file(query, count, ticked):
    assert papers_ticked(QueryDict(query), Discount.SME, count) == ticked
