"""What the my-page asks of a member at each moment. No database: rows are made in memory."""

from datetime import date, datetime

import pytest

from fiscal_calendar.tokyo import at
from renewals.models import Renewal, RenewalCampaign
from renewals.status import Intent, Status
from renewals.todo import progress, todo

DEADLINE = date(2027, 2, 10)
CAMPAIGN = RenewalCampaign(
    fiscal_year=2027,
    opens_on=date(2027, 1, 15),
    deadline=DEADLINE,
    debit_on=date(2027, 3, 1),
    fallback_on=date(2027, 3, 4),
    opened_at=at(date(2027, 1, 15), 9),
    opening_finished_at=at(date(2027, 1, 15), 10),
)
UNDONE = {"version": 1, "receipt_number": "2027-0001-5"}


def card(
    status=Status.NOT_STARTED,
    intent="",
    *,
    today=date(2027, 2, 1),
    until=None,
    campaign=CAMPAIGN,
    upcoming=None,
    first_deadline=None,
    **fields,
):
    renewal = Renewal(status=status, intent=intent, answer_until=until, **fields)
    return todo(
        campaign=campaign, upcoming=upcoming, renewal=renewal, today=today, first_deadline=first_deadline
    )


@pytest.mark.parametrize(
    ("today", "level", "remaining"),
    [
        (date(2027, 1, 26), "neutral", "あと15日"),
        (date(2027, 1, 27), "warning", "あと14日"),
        (date(2027, 2, 6), "warning", "あと4日"),
        (date(2027, 2, 7), "error", "あと3日"),
        (date(2027, 2, 9), "error", "あと1日"),
        (date(2027, 2, 10), "error", "今日が締切日です"),
    ],
)
def test_counts_the_days_in_words_and_turns_warmer(today, level, remaining):
    asked = card(today=today)
    assert (asked.level, asked.remaining, asked.answer) == (level, remaining, True)
    assert asked.deadline == "2027年2月10日（水）"


def test_the_day_after_the_deadline_it_says_whom_to_call():
    asked = card(today=date(2027, 2, 11))
    assert (asked.level, asked.answer) == ("error", False)
    assert "03-6838-0077" in asked.text
    assert "名簿から外れることはありません" in asked.text


def test_a_day_granted_to_one_member_counts_for_it():
    asked = card(today=date(2027, 2, 11), until=date(2027, 2, 20))
    assert (asked.remaining, asked.answer, asked.deadline) == ("あと9日", True, "2027年2月20日（土）")


def test_an_earlier_granted_day_does_not_shorten_the_deadline():
    assert card(today=date(2027, 2, 9), until=date(2027, 2, 5)).deadline == "2027年2月10日（水）"


def test_a_moved_deadline_is_mentioned():
    moved = RenewalCampaign(
        fiscal_year=2027,
        deadline=DEADLINE,
        deadline_version=2,
        opened_at=CAMPAIGN.opened_at,
        debit_on=date(2027, 3, 1),
    )
    announced = date(2027, 2, 13)
    assert (
        "受付開始時にご案内した2027年2月13日（土）から" in card(campaign=moved, first_deadline=announced).note
    )
    assert card(campaign=moved, first_deadline=DEADLINE).note == "", "it was moved back"


@pytest.mark.parametrize(
    ("status", "intent", "heading"),
    [
        (Status.SUBMITTED, Intent.UNCHANGED, "更新の申請を受け付けました"),
        (Status.SUBMITTED, Intent.WITHDRAW, "退会の申請を受け付けました"),
        (Status.APPROVED, Intent.UNCHANGED, "次年度の年会費が決まりました"),
        (Status.WITHDRAWAL_ACCEPTED, Intent.WITHDRAW, "退会手続のご案内をお送りしました"),
        (Status.WITHDRAWN, Intent.WITHDRAW, "退会の手続きが完了しました"),
    ],
)
def test_after_answering_it_says_what_is_true(status, intent, heading):
    told = card(status, intent)
    assert (told.heading, told.level, told.answer) == (heading, "done", False)


@pytest.mark.parametrize("today", [date(2027, 4, 1), date(2027, 11, 20)])
def test_out_of_season_nothing_is_asked(today):
    told = card(Status.APPROVED, Intent.UNCHANGED, today=today)
    assert told.heading == "現在、お手続きいただくことはありません"
    assert "1月中旬" in told.text


def test_before_the_opening_it_says_when_it_opens():
    told = todo(campaign=None, upcoming=CAMPAIGN, renewal=None, today=date(2026, 12, 1))
    assert "2027年1月15日（金）" in told.text


def test_a_season_of_long_ago_does_not_announce_itself_again():
    told = todo(campaign=CAMPAIGN, upcoming=None, renewal=None, today=date(2027, 6, 1))
    assert "2027年1月15日" not in told.text


def test_whoever_is_not_part_of_the_season_is_told():
    told = todo(campaign=CAMPAIGN, upcoming=None, renewal=None, today=date(2027, 2, 1))
    assert told.heading == "今回の更新手続の対象ではありません"
    assert not told.answer


def test_while_the_opening_still_runs_nobody_is_told_to_be_left_out():
    opening = RenewalCampaign(fiscal_year=2027, deadline=DEADLINE, opened_at=CAMPAIGN.opened_at)
    told = todo(campaign=opening, upcoming=None, renewal=None, today=date(2027, 1, 15))
    assert told.heading == "更新手続の受付を準備しています"
    assert "準備が終わると、担当者へメールでご案内します" in told.text


def test_whoever_has_to_answer_again_is_told_that_the_receipt_is_void():
    asked = card(**UNDONE)
    assert (asked.heading, asked.answer) == ("もう一度回答してください", True)
    assert asked.text == (
        "前回の申請（受付番号 2027-0001-5）は取り消されています。締切日までに、もう一度申請してください。"
    )


def test_a_void_receipt_is_named_after_the_deadline_too():
    asked = card(today=date(2027, 2, 11), **UNDONE)
    assert "前回の申請（受付番号 2027-0001-5）は取り消されています。" in asked.text
    assert not asked.answer


def test_a_fee_decided_after_the_debit_promises_no_mail_that_nobody_sends():
    told = card(Status.APPROVED, Intent.UNCHANGED, today=date(2027, 3, 5))
    assert "お支払いは銀行振込です。請求書が届いたら、速やかにお支払いください。" in told.text


@pytest.mark.parametrize(
    ("status", "intent", "states"),
    [
        (Status.NOT_STARTED, "", "手続き:current 審査:todo 請求:todo 入金:todo"),
        (Status.SUBMITTED, Intent.UNCHANGED, "手続き:done 審査:current 請求:todo 入金:todo"),
        (Status.APPROVED, Intent.UNCHANGED, "手続き:done 審査:done 請求:current 入金:todo"),
        (Status.SUBMITTED, Intent.WITHDRAW, "手続き:done 事務局の確認:current 退会手続:todo 退会完了:todo"),
        (
            Status.WITHDRAWAL_ACCEPTED,
            Intent.WITHDRAW,
            "手続き:done 事務局の確認:done 退会手続:current 退会完了:todo",
        ),
        (Status.WITHDRAWN, Intent.WITHDRAW, "手続き:done 事務局の確認:done 退会手続:done 退会完了:done"),
    ],
)
def test_progress(status, intent, states):
    steps = progress(Renewal(status=status, intent=intent))
    assert " ".join(f"{step.label}:{step.state}" for step in steps) == states


def test_days_are_those_of_tokyo():
    last_second = datetime.fromisoformat("2027-02-10T14:59:59+00:00")
    from fiscal_calendar.tokyo import day_of

    assert card(today=day_of(last_second)).answer
    assert not card(today=day_of(datetime.fromisoformat("2027-02-10T15:00:00+00:00"))).answer


@pytest.mark.parametrize(
    ("status", "intent", "heading"),
    [
        (Status.NOT_STARTED, "", "締切日を過ぎました。相談窓口へお電話ください"),
        (Status.SUBMITTED, Intent.UNCHANGED, "更新の申請を受け付けました"),
        (Status.APPROVED, Intent.UNCHANGED, "現在、お手続きいただくことはありません"),
    ],
)
def test_the_new_year_ends_the_season_only_for_what_is_settled(status, intent, heading):
    assert card(status, intent, today=date(2027, 4, 1)).heading == heading
