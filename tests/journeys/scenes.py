"""Every page of the portal in every state worth seeing. ``test_every_page`` looks at each of them closely.

A scene sets up a world and brings the visitor to the page; a new page belongs here.
"""

from collections.abc import Callable

from tests.factories import IndustryGroupFactory
from tests.journeys.people import Visitor
from tests.journeys.stage import Stage

Scene = Callable[[Visitor, Stage], None]
SCENES: dict[str, Scene] = {}
LONG_CORPORATION = "株式会社𠮷野﨑髙津先端複合材料精密加工技術研究開発製造ホールディングスジャパン"
LONG_ESTABLISHMENT = "九州テクニカルセンター 精密部品製造部 第三熱処理棟 表面処理課（旧・大分事業所）"


def scene(play: Scene) -> Scene:
    SCENES[play.__name__] = play
    return play


# --- before logging in ----------------------------------------------------------------------------------------


@scene
def login_empty(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/login/")


@scene
def login_after_the_session_ended(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/renewals/unchanged/")


@scene
def login_nothing_typed(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/login/")
    visitor.presses("ログイン")


@scene
def login_refused(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/login/")
    visitor.fills("メールアドレス", "nobody@people.example.jp")
    visitor.fills("パスワード", "something-else")
    visitor.presses("ログイン")


@scene
def password_reset_empty(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/password/reset/")


@scene
def password_reset_error(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/password/reset/")
    visitor.fills("メールアドレス", "no address")
    visitor.presses("メールを送る")


@scene
def password_reset_sent(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/password/reset/")
    visitor.fills("メールアドレス", "nobody@people.example.jp")
    visitor.presses("メールを送る")


@scene
def password_link_empty(visitor: Visitor, stage: Stage) -> None:
    visitor.opens(stage.password_link(stage.member().clerk))


@scene
def password_link_error(visitor: Visitor, stage: Stage) -> None:
    password_link_empty(visitor, stage)
    visitor.fills("新しいパスワード", "short")
    visitor.fills("新しいパスワード（もう一度）", "different")
    visitor.presses("パスワードを設定する")


@scene
def password_link_done(visitor: Visitor, stage: Stage) -> None:
    password_link_empty(visitor, stage)
    visitor.fills("新しいパスワード", "correct-horse-stable")
    visitor.fills("新しいパスワード（もう一度）", "correct-horse-stable")
    visitor.presses("パスワードを設定する")


@scene
def password_link_broken(visitor: Visitor, stage: Stage) -> None:
    visitor.opens("/account/password/link/MQ/abc-def/")


@scene
def page_not_found(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member().clerk)
    visitor.opens("/nowhere/")


@scene
def form_expired(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    visitor.is_logged_in_as(member.clerk)
    visitor.opens(f"/establishments/{member.establishment.pk}/renewal/unchanged/")
    visitor.context.clear_cookies(name="csrftoken")
    visitor.presses("申請する")


# --- the account ----------------------------------------------------------------------------------------------


@scene
def logout(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member().clerk)
    visitor.opens("/account/logout/")


@scene
def password_change_empty(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member().clerk)
    visitor.opens("/account/password/change/")


@scene
def password_change_error(visitor: Visitor, stage: Stage) -> None:
    password_change_empty(visitor, stage)
    visitor.fills("現在のパスワード", "wrong")
    visitor.presses("パスワードを変更する")


# --- home -----------------------------------------------------------------------------------------------------


@scene
def home_without_a_season(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member().clerk).opens_home()


@scene
def home_before_the_opening(visitor: Visitor, stage: Stage) -> None:
    stage.planned_season()
    visitor.is_logged_in_as(stage.member().clerk).opens_home()


@scene
def home_15_days_before_the_deadline(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(days_left=15), sme=True)
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_14_days_before_the_deadline(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member(stage.season(days_left=14)).clerk).opens_home()


@scene
def home_3_days_before_the_deadline(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member(stage.season(days_left=3)).clerk).opens_home()


@scene
def home_on_the_last_day(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member(stage.season(days_left=0)).clerk).opens_home()


@scene
def home_after_the_deadline(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member(stage.season(days_left=-1)).clerk).opens_home()


@scene
def home_deadline_moved(visitor: Visitor, stage: Stage) -> None:
    campaign = stage.season(days_left=12)
    member = stage.member(campaign)
    stage.deadline_moves(campaign, days_left=8)
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_submitted(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_taken_back(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    stage.takes_back(member)
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_approved(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), in_group=True)
    stage.continues(member)
    stage.is_approved(member)
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_reopened(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(days_left=-1))
    stage.is_reopened(member, days_left=5)
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_withdrawal_submitted(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_withdrawal_accepted(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    stage.withdrawal_is_accepted(member)
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_left(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    stage.has_left(member)
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_while_the_opening_runs(visitor: Visitor, stage: Stage) -> None:
    campaign = stage.season()
    stage.opening_still_runs(campaign)
    visitor.is_logged_in_as(stage.member().clerk).opens_home()


@scene
def home_not_in_the_season(visitor: Visitor, stage: Stage) -> None:
    stage.season()
    visitor.is_logged_in_as(stage.member().clerk).opens_home()


@scene
def home_after_the_season(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.member(stage.finished_season()).clerk).opens_home()


@scene
def home_with_long_names(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(
        stage.season(), corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT, in_group=True
    )
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def messages_empty(visitor: Visitor, stage: Stage) -> None:
    member = stage.member()
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/messages/")


@scene
def messages_filled(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT)
    stage.continues(member)
    stage.is_approved(member)
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/messages/")


@scene
def registered(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(
        corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT, in_group=True, several_contacts=True
    )
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/registered/")


@scene
def registered_bare(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(sole_proprietor=True, without_mandate=True, contacts=[], phone="", postal_code="")
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/registered/")


@scene
def leaving_in_the_season(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/leaving/")


@scene
def leaving(visitor: Visitor, stage: Stage) -> None:
    member = stage.member()
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/leaving/")


# --- the three choices ----------------------------------------------------------------------------------------


@scene
def choose(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), sme=True)
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/renewal/")


@scene
def unchanged(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(
        stage.season(),
        corporation__name=LONG_CORPORATION,
        name=LONG_ESTABLISHMENT,
        sme=True,
        applied__group=IndustryGroupFactory(),
    )
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/renewal/unchanged/"
    )


@scene
def unchanged_with_an_expired_certificate(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(
        stage.season(),
        applied__group=IndustryGroupFactory(),
        applied__certificate_valid_until=stage.ago(3).date(),
        without_mandate=True,
        contacts=["primary"],
    )
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/renewal/unchanged/"
    )


@scene
def withdrawal_empty(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/renewal/withdrawal/"
    )


@scene
def withdrawal_some_ticked(visitor: Visitor, stage: Stage) -> None:
    withdrawal_empty(visitor, stage)
    for box in visitor.each(visitor.page.get_by_role("checkbox"))[:3]:
        box.check()


@scene
def withdrawal_error(visitor: Visitor, stage: Stage) -> None:
    withdrawal_some_ticked(visitor, stage)
    visitor.page.evaluate("() => document.querySelector('[data-confirm-all]').submit()")
    visitor.page.wait_for_selector("[data-error-summary]")


@scene
def withdrawal_check(visitor: Visitor, stage: Stage) -> None:
    withdrawal_empty(visitor, stage)
    visitor.ticks_everything()
    visitor.presses("継続しない")


@scene
def receipt(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(
        stage.season(), corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT, in_group=True
    )
    stage.continues(member)
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/"
    )


@scene
def receipt_under_review(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    stage.review_begins(member)
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/"
    )


@scene
def receipt_of_a_withdrawal(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.leaves(member)
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/"
    )


@scene
def receipt_outdated(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    stage.takes_back(member)
    stage.leaves(member, days_ago=2)
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/receipts/{member.now().campaign.fiscal_year}/1/"
    )


@scene
def receipts_none(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/receipts/")


@scene
def receipts_several(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(
        stage.season(), corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT, in_group=True
    )
    stage.continues(member)
    stage.takes_back(member)
    stage.leaves(member, days_ago=2)
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/receipts/")


@scene
def take_back(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    visitor.is_logged_in_as(member.clerk).opens(
        f"/establishments/{member.establishment.pk}/renewal/take-back/"
    )


@scene
def just_taken_back(visitor: Visitor, stage: Stage) -> None:
    take_back(visitor, stage)
    visitor.presses("申請を取り下げる")
    visitor.sees("申請を取り下げました")


# --- several establishments -----------------------------------------------------------------------------------


@scene
def overview_without_any(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.new_clerk()).opens_home()


@scene
def overview_unanswered(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.clerk_of_many()).opens_home()


@scene
def overview_answered(visitor: Visitor, stage: Stage) -> None:
    campaign, clerk = stage.season(), stage.new_clerk()
    for _ in range(2):
        stage.continues(stage.member(campaign, clerk=clerk))
    visitor.is_logged_in_as(clerk).opens_home()


@scene
def overview_after_the_deadline(visitor: Visitor, stage: Stage) -> None:
    campaign, clerk = stage.season(days_left=-1), stage.new_clerk()
    stage.member(campaign, clerk=clerk)
    stage.member(campaign, clerk=clerk)
    visitor.is_logged_in_as(clerk).opens_home()


@scene
def overview_with_different_deadlines(visitor: Visitor, stage: Stage) -> None:
    campaign, clerk = stage.season(), stage.new_clerk()
    stage.is_reopened(stage.member(campaign, clerk=clerk), days_left=20)
    stage.member(campaign, clerk=clerk, name=LONG_ESTABLISHMENT)
    stage.deadline_moves(campaign, days_left=8)
    visitor.is_logged_in_as(clerk).opens_home()


@scene
def overview_while_the_opening_runs(visitor: Visitor, stage: Stage) -> None:
    campaign, clerk = stage.season(), stage.new_clerk()
    stage.opening_still_runs(campaign)
    for _ in range(2):
        stage.member(clerk=clerk)
    visitor.is_logged_in_as(clerk).opens_home()


@scene
def overview_out_of_season(visitor: Visitor, stage: Stage) -> None:
    clerk = stage.new_clerk()
    stage.member(clerk=clerk)
    stage.member(clerk=clerk)
    visitor.is_logged_in_as(clerk).opens_home()


@scene
def home_of_one_of_several(visitor: Visitor, stage: Stage) -> None:
    overview_unanswered(visitor, stage)
    visitor.page.locator("tbody a").first.click()


@scene
def many_select(visitor: Visitor, stage: Stage) -> None:
    overview_unanswered(visitor, stage)
    visitor.follows("「割引の変更なし」でまとめて申請する")


@scene
def many_select_error(visitor: Visitor, stage: Stage) -> None:
    many_select(visitor, stage)
    for box in visitor.each(visitor.page.locator("[data-bulk-row]")):
        box.uncheck()
    visitor.presses("選んだ事業所の内容を確認する")


@scene
def many_select_nothing_left(visitor: Visitor, stage: Stage) -> None:
    clerk = stage.new_clerk()
    stage.member(clerk=clerk)
    visitor.is_logged_in_as(clerk).opens("/renewals/unchanged/")


@scene
def many_check(visitor: Visitor, stage: Stage) -> None:
    many_select(visitor, stage)
    visitor.presses("選んだ事業所の内容を確認する")


@scene
def many_done(visitor: Visitor, stage: Stage) -> None:
    many_check(visitor, stage)
    visitor.presses("申請する")


@scene
def many_done_with_one_refused(visitor: Visitor, stage: Stage) -> None:
    many_check(visitor, stage)
    stage.somebody_else_answers_first()
    visitor.presses("申請する")


# --- the second factor ----------------------------------------------------------------------------------------


@scene
def second_factor_to_set_up(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary()).opens("/account/2fa/")


@scene
def second_factor_set_up(visitor: Visitor, stage: Stage) -> None:
    secretary = stage.secretary()
    stage.has_an_authenticator_app(secretary)
    visitor.is_logged_in_as(secretary).opens("/account/2fa/")


@scene
def password_once_more(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary()).opens("/account/2fa/totp/activate/")


@scene
def password_once_more_error(visitor: Visitor, stage: Stage) -> None:
    password_once_more(visitor, stage)
    visitor.presses("確認する")


@scene
def authenticator_app_empty(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary(), confirmed=True).opens("/account/2fa/totp/activate/")


@scene
def authenticator_app_error(visitor: Visitor, stage: Stage) -> None:
    authenticator_app_empty(visitor, stage)
    visitor.fills("認証コード（6桁）", "000000")
    visitor.presses("登録する")


@scene
def authenticator_app_to_remove(visitor: Visitor, stage: Stage) -> None:
    secretary = stage.secretary()
    stage.has_an_authenticator_app(secretary)
    visitor.is_logged_in_as(secretary, confirmed=True).opens("/account/2fa/totp/deactivate/")


@scene
def recovery_codes_to_make(visitor: Visitor, stage: Stage) -> None:
    secretary = stage.secretary()
    stage.has_an_authenticator_app(secretary)
    visitor.is_logged_in_as(secretary, confirmed=True).opens("/account/2fa/recovery-codes/generate/")


@scene
def recovery_codes(visitor: Visitor, stage: Stage) -> None:
    recovery_codes_to_make(visitor, stage)
    visitor.presses("予備コードを作る")
    visitor.sees_heading("予備コード")


@scene
def passkeys_empty(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary(), confirmed=True).opens("/account/2fa/webauthn/")


@scene
def passkey_to_add(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary(), confirmed=True).opens("/account/2fa/webauthn/add/")
