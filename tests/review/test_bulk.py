"""Bulk approval of unchanged continuations: what the page says, what the press does, what happened meanwhile."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.trail import verify_chain
from discounts.models import AppliedDiscounts
from fees.models import FeeSchedule
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import StaffRole, User
from renewals import deciding, lifecycle, reviewing
from renewals.models import Renewal, RenewalCampaign
from renewals.review import bulk
from renewals.review.bulk import Seen, approve_many, awaiting_unchanged, parse_seen, plan_for, seen_on
from renewals.status import Status
from tests.factories import EstablishmentFactory, RenewalFactory, UserFactory, clerk_of, unchanged

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 2, 1), 10)
PRESS = "admin:renewals_renewal_bulk_approve"


@pytest.fixture
def reviewer() -> User:
    return UserFactory(reviewer=True, name="審査 花子")


@pytest.fixture
def browser(clock: Any, login: Any, reviewer: User) -> Client:
    clock.set(NOW)
    return login(reviewer)


def plan_page(browser: Client) -> Any:
    campaign = RenewalCampaign.objects.get()
    return browser.get(reverse("admin:renewals_renewal_bulk", args=[campaign.pk]))


def press(browser: Client, seen: str, **more: str) -> Any:
    return browser.post(reverse(PRESS), {"seen": seen, **more}, follow=True)


def states(*renewals: Renewal) -> list[str]:
    return [Renewal.objects.get(pk=renewal.pk).status for renewal in renewals]


def still() -> datetime:
    return NOW


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_says_how_many_what_they_cost_and_who_is_left_out(browser: Client) -> None:
    RenewalFactory(submitted=True, establishment=EstablishmentFactory(sme=True))
    RenewalFactory(submitted=True)
    other = UserFactory(reviewer=True, name="審査 次郎")
    taken = RenewalFactory(submitted=True)
    reviewing.begin_review(renewal_id=taken.pk, by=other, now=NOW)
    RenewalFactory(withdrawal_submitted=True)  # not a continuation: not even considered
    shown = plan_page(browser)
    assert len(shown.context["plan"].approvable) == 2
    assert "146,000円" in shown.content.decode()
    assert "審査 次郎さんが審査しています。" in shown.content.decode()
    assert "2件を承認する" in shown.content.decode()


def test_looking_approves_nothing(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    plan_page(browser)
    assert states(renewal) == [Status.SUBMITTED]


def test_an_expired_certificate_is_left_out(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True, establishment=EstablishmentFactory(in_group=True))
    AppliedDiscounts.objects.filter(establishment=renewal.establishment, fiscal_year=2026).update(
        certificate_valid_until=date(2027, 1, 19)
    )
    [excluded] = plan_page(browser).context["plan"].excluded
    assert excluded.reasons[0].startswith("会員証の有効期限（2027年1月19日（火））")


def test_a_fee_that_changed_since_is_left_out(browser: Client) -> None:
    RenewalFactory(submitted=True)
    FeeSchedule.objects.create(valid_from=2027, small_in_group=1, small=2, large_in_group=3, large=90_000)
    [excluded] = plan_page(browser).context["plan"].excluded
    assert excluded.reasons == ("申請のあとに年会費が変わりました（申請時83,000円、現在90,000円）。",)


def test_discounts_that_changed_since_are_left_out(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    AppliedDiscounts.objects.filter(establishment=renewal.establishment).update(sme=True)
    [excluded] = plan_page(browser).context["plan"].excluded
    assert excluded.reasons == ("申請のあとに、今年度の割引の登録が変わりました。",)


def test_nothing_to_approve_says_so(browser: Client) -> None:
    RenewalFactory()
    shown = plan_page(browser).content.decode()
    assert "まとめて承認できる申請はありません" in shown
    assert "件を承認する</button>" not in shown


def test_the_same_queries_for_three_and_for_thirty(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for more in (3, 27):
        for _ in range(more):
            RenewalFactory(submitted=True)
        with django_assert_max_num_queries(14) as queries:
            plan_page(browser)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_those_who_wait_longest_come_first_and_one_press_is_capped(
    browser: Client, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    for days, renewal in enumerate(renewals):
        Renewal.objects.filter(pk=renewal.pk).update(submitted_at=NOW - timedelta(days=days))
    monkeypatch.setattr("renewals.review.bulk_views.MOST_PER_PRESS", 2)
    monkeypatch.setattr(bulk, "MOST_PER_PRESS", 2)
    shown = plan_page(browser)
    assert [row.renewal_id for row in shown.context["plan"].approvable] == [renewals[2].pk, renewals[1].pk]
    assert "このほかに1件あります。終わったあとに、続けて承認できます。" in shown.content.decode()


def test_thousands_are_written_with_a_comma(browser: Client) -> None:
    RenewalFactory(submitted=True)
    assert "一度に処理するのは1,000件までです。" in plan_page(browser).content.decode()


def test_excluded_ones_at_the_front_do_not_keep_the_others_from_their_turn(
    browser: Client, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_PER_PRESS", 2)
    other = UserFactory(reviewer=True)
    renewals = [RenewalFactory(submitted=True) for _ in range(9)]
    for renewal in renewals[:5]:
        reviewing.begin_review(renewal_id=renewal.pk, by=other, now=NOW)
    plan = plan_for(awaiting_unchanged(renewals[0].campaign), by=reviewer)
    assert [row.renewal_id for row in plan.approvable] == [renewals[5].pk, renewals[6].pk]
    assert (len(plan.excluded), plan.waiting) == (5, 2)


# --- from the list ------------------------------------------------------------------------------------------


def test_the_lists_action_leads_to_the_same_page(browser: Client) -> None:
    chosen, other, not_submitted = (
        RenewalFactory(submitted=True),
        RenewalFactory(submitted=True),
        RenewalFactory(),
    )
    data = {"action": "approve_unchanged", "_selected_action": [chosen.pk, not_submitted.pk], "index": 0}
    shown = browser.post(reverse("admin:renewals_renewal_changelist"), data)
    assert [row.renewal_id for row in shown.context["plan"].approvable] == [chosen.pk]
    assert shown.context["plan"].excluded[0].reasons == ("審査待ちではありません（手続き前）。",)
    assert states(chosen, other) == [Status.SUBMITTED] * 2


def test_all_pages_can_be_chosen_at_once(browser: Client) -> None:
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    data = {
        "action": "approve_unchanged",
        "select_across": "1",
        "_selected_action": [renewals[0].pk],
        "index": 0,
    }
    shown = browser.post(reverse("admin:renewals_renewal_changelist"), data)
    assert len(shown.context["plan"].approvable) == 3


# --- the press ----------------------------------------------------------------------------------------------


def test_the_press_approves_each_and_says_what_it_did(browser: Client) -> None:
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    response = press(browser, plan_page(browser).context["seen"])
    assert states(*renewals) == [Status.APPROVED] * 3
    assert "3件を承認しました" in response.content.decode()
    assert "249,000円" in response.content.decode()
    assert OutboxMessage.objects.filter(kind="approved").count() == 3
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 3
    verify_chain()


def test_pressing_twice_approves_once_and_reloading_the_result_is_harmless(browser: Client) -> None:
    RenewalFactory(submitted=True)
    seen = plan_page(browser).context["seen"]
    press(browser, seen)
    again = press(browser, seen)
    assert "審査待ちではありません（承認済み）。" in again.content.decode()
    assert AuditEvent.objects.filter(verb="renewal.approve").count() == 1
    result = browser.get(reverse("admin:renewals_renewal_bulk_result"))
    assert "審査待ちではありません（承認済み）。" in result.content.decode()


def goes_on_with(response: Any) -> str:
    """Where the result page leads for those that are left; empty where none are."""
    link = re.search(r'href="([^"]+)">続けてまとめて承認する', response.content.decode())
    return link[1] if link else ""


def test_the_next_press_begins_where_one_was_capped(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_PER_PRESS", 2)
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    plan = plan_page(browser)
    assert '<input type="hidden" name="waiting" value="1">' in plan.content.decode()
    done = press(browser, plan.context["seen"], waiting="1")
    following = browser.get(goes_on_with(done))
    assert [row.renewal_id for row in following.context["plan"].approvable] == [renewals[2].pk]
    assert goes_on_with(press(browser, following.context["seen"], waiting="0")) == ""


def test_the_next_press_begins_where_time_ran_out(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        RenewalFactory(submitted=True)
    monkeypatch.setattr(bulk, "LONGEST_PRESS", timedelta(seconds=-1))
    done = press(browser, plan_page(browser).context["seen"])
    assert "2件は、時間内に処理できませんでした" in done.content.decode()
    assert len(browser.get(goes_on_with(done)).context["plan"].approvable) == 2


def resubmit(renewal: Renewal) -> None:
    clerk = clerk_of(renewal)
    lifecycle.take_back(renewal_id=renewal.pk, by=clerk, now=NOW)
    lifecycle.submit(renewal_id=renewal.pk, answer=unchanged(), by=clerk, now=NOW)


def take_back(renewal: Renewal) -> None:
    lifecycle.take_back(renewal_id=renewal.pk, by=clerk_of(renewal), now=NOW)


def review_by_another(renewal: Renewal) -> None:
    other = UserFactory(reviewer=True, name="審査 次郎")
    reviewing.begin_review(renewal_id=renewal.pk, by=other, now=NOW)


def let_the_certificate_expire(renewal: Renewal) -> None:
    AppliedDiscounts.objects.filter(establishment=renewal.establishment).update(
        certificate_valid_until=date(2026, 12, 31)
    )


def raise_the_fee(renewal: Renewal) -> None:
    FeeSchedule.objects.create(valid_from=2027, small_in_group=1, small=2, large_in_group=80_001, large=4)


def drop_the_group(renewal: Renewal) -> None:
    AppliedDiscounts.objects.filter(establishment=renewal.establishment).update(
        group=None, certificate_valid_until=None
    )


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (resubmit, "会員が申請をやり直しました。"),
        (take_back, "審査待ちではありません（手続き前）。"),
        (review_by_another, "審査 次郎さんが審査しています。"),
        (let_the_certificate_expire, "会員証の有効期限"),
        (raise_the_fee, "申請のあとに年会費が変わりました"),
        (drop_the_group, "今年度の割引の登録が変わりました。"),
    ],
)
def test_what_changed_since_the_page_was_shown_is_left_out_and_said(
    browser: Client, meanwhile: Callable[[Renewal], None], reason: str
) -> None:
    changed = RenewalFactory(submitted=True, establishment=EstablishmentFactory(in_group=True))
    seen = plan_page(browser).context["seen"]
    meanwhile(changed)
    response = press(browser, seen)
    assert reason in response.content.decode()
    assert Renewal.objects.get(pk=changed.pk).status != Status.APPROVED
    assert not AuditEvent.objects.filter(verb="renewal.approve").exists()


def test_one_that_changed_does_not_stop_the_others(browser: Client) -> None:
    first, changed, last = (RenewalFactory(submitted=True) for _ in range(3))
    seen = plan_page(browser).context["seen"]
    take_back(changed)
    press(browser, seen)
    assert states(first, changed, last) == [Status.APPROVED, Status.NOT_STARTED, Status.APPROVED]


def test_a_change_between_the_recheck_and_the_verb_is_refused_by_the_verb(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The narrowest race: the member takes back and submits again after our last look at the row."""
    renewal = RenewalFactory(submitted=True)
    plan = plan_for(awaiting_unchanged(renewal.campaign), by=reviewer)
    real = deciding.approve

    def approve_late(**given: Any) -> Any:
        resubmit(renewal)
        return real(**given)

    monkeypatch.setattr(bulk, "approve", approve_late)
    result = approve_many(seen_on(plan), by=reviewer, clock=still)
    assert result.approved == 0
    [(_, reasons)] = result.excluded
    assert "会員が申請をやり直しました" in reasons[0]
    assert not AuditEvent.objects.filter(verb="renewal.approve").exists()


def test_a_fee_other_than_the_one_on_the_page_is_not_approved(browser: Client) -> None:
    renewal = RenewalFactory(submitted=True)
    response = press(browser, f"{renewal.pk}:1:80000")
    assert "画面に表示していた年会費（80,000円）" in response.content.decode()
    assert states(renewal) == [Status.SUBMITTED]


def test_time_runs_out_between_two_renewals_never_inside_one(reviewer: User) -> None:
    renewals = [RenewalFactory(submitted=True) for _ in range(3)]
    moments = iter([NOW, NOW, NOW + timedelta(seconds=21)])
    plan = plan_for(awaiting_unchanged(renewals[0].campaign), by=reviewer)
    result = approve_many(seen_on(plan), by=reviewer, clock=lambda: next(moments))
    assert (result.approved, result.not_reached) == (1, 2)
    assert states(*renewals).count(Status.APPROVED) == 1


@pytest.mark.parametrize("seen", ["", "nonsense", "1:2", "1:2:3:4", "99999:1:83000", f"{'9' * 20}:1:1"])
def test_a_press_that_names_nothing_approves_nothing(browser: Client, seen: str) -> None:
    renewal = RenewalFactory(submitted=True)
    assert press(browser, seen).status_code == 200
    assert states(renewal) == [Status.SUBMITTED]


def test_what_was_seen_survives_the_way_through_the_form() -> None:
    seen = [Seen(1, 2, 63_000), Seen(4, 1, 83_000)]
    assert parse_seen(",".join(map(str, seen))) == seen


@pytest.mark.parametrize("role", [StaffRole.READ_ONLY, StaffRole.BILLING])
def test_others_may_not(clock: Any, login: Any, role: str) -> None:
    clock.set(NOW)
    renewal = RenewalFactory(submitted=True)
    browser = login(UserFactory(role=role))
    assert plan_page(browser).status_code == 403
    assert browser.post(reverse(PRESS), {"seen": f"{renewal.pk}:1:83000"}).status_code == 403
    assert browser.get(reverse("admin:renewals_renewal_bulk_result")).status_code == 403
    assert (
        "approve_unchanged" not in browser.get(reverse("admin:renewals_renewal_changelist")).content.decode()
    )
    assert states(renewal) == [Status.SUBMITTED]


# --- completing withdrawals together ------------------------------------------------------------------------


def test_completing_many_asks_first_and_leaves_others_out(browser: Client) -> None:
    accepted, waiting = RenewalFactory(withdrawal_accepted=True), RenewalFactory(withdrawal_submitted=True)
    data = {"action": "complete_withdrawals", "_selected_action": [accepted.pk, waiting.pk], "index": 0}
    shown = browser.post(reverse("admin:renewals_renewal_changelist"), data)
    assert states(accepted) == [Status.WITHDRAWAL_ACCEPTED]
    assert "退会手続中ではない1件は除外します。" in shown.content.decode()
    assert "退会日までは、再受付で取り消せます。" in shown.content.decode()
    assert "退会日より前です" in shown.content.decode()
    done = browser.post(
        reverse("admin:renewals_renewal_bulk_complete"), {"keys": f"{accepted.pk},{waiting.pk}"}, follow=True
    )
    assert states(accepted, waiting) == [Status.WITHDRAWN, Status.SUBMITTED]
    assert "1件の退会を完了しました" in done.content.decode()
    assert waiting.establishment.member_number in done.content.decode()


@pytest.mark.parametrize("keys", ["9" * 20, "9" * 5_000, "１", "x"])
def test_completing_what_does_not_exist_says_so(browser: Client, keys: str) -> None:
    done = browser.post(reverse("admin:renewals_renewal_bulk_complete"), {"keys": keys}, follow=True)
    assert done.status_code == 200
    assert "完了する退会が選ばれていません。" in done.content.decode()
