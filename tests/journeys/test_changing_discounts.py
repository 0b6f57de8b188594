"""A member whose discounts change: the form, its papers, the page to check, and what comes back to be mended."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Locator, expect

from discounts.kinds import Discount
from discounts.papers import SmeMethod
from discounts.requirements import ProofOfBelonging
from renewals.drafting import draft_of
from renewals.models import DraftDeclaration, Renewal, Submission
from tests import papers
from tests.discounts.evidence.hostile import encrypted
from tests.factories import PASSWORD, IndustryGroupFactory
from tests.journeys.people import (
    DESK,
    DESK_WITHOUT_JAVASCRIPT,
    PHONE,
    PHONE_WITHOUT_JAVASCRIPT,
    WITH_JAVASCRIPT,
    Equipment,
    Visitor,
)
from tests.journeys.scenes_of_changes import form_of, opens_the_form, several_groups, somebody
from tests.journeys.stage import Member, Stage
from tests.pdfs import pdf_of

CHANGED = "継続する（割引の変更あり）"
DESKS = pytest.mark.parametrize("equipment", [DESK, DESK_WITHOUT_JAVASCRIPT], indirect=True, ids=str)
WITH_SCRIPTS = pytest.mark.parametrize("equipment", [DESK], indirect=True, ids=str)


def hands_in(clerk: Visitor, name: str, content: bytes, discount: Discount = Discount.SME) -> None:
    """Choose a file. Without scripts a button sends it."""
    field = clerk.page.locator(f"#id_{discount}_files")
    field.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    if not clerk.equipment.javascript:
        clerk.presses(f"ファイルを追加する （{discount.label}）")


def wishes(clerk: Visitor, discount: str, answer: str) -> None:
    group(clerk, f"次年度の{discount}").get_by_label(answer, exact=True).check()


def group(clerk: Visitor, legend: str) -> Locator:
    return clerk.page.get_by_role("group", name=legend)


def chips(clerk: Visitor) -> Locator:
    return clerk.page.locator(".chip--changed:visible")


def saved(member: Member) -> DraftDeclaration:
    return draft_of(member.now())


def is_saved(clerk: Visitor, member: Member, so: Callable[[DraftDeclaration], bool]) -> None:
    clerk.until(lambda: so(saved(member)))


# --- the whole way ------------------------------------------------------------------------------------------------


def test_a_clerk_claims_a_discount_with_its_papers(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage, in_group=True)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.follows("更新手続に進む")
    clerk.follows(CHANGED)
    clerk.sees_heading("年会費情報を入力してください")
    expect(chips(clerk)).to_have_count(0)
    wishes(clerk, "中小企業割引", "希望する")
    group(clerk, "証明方法").get_by_label("証明方法1（資本金を証明する）").check()
    hands_in(clerk, "登記簿.pdf", pdf_of(papers.registry(stage.lately())))
    clerk.sees("登記簿.pdf", "新しい書類")
    expect(clerk.page.get_by_alt_text("「登記簿.pdf」の1ページ目")).to_be_visible()
    expect(clerk.page.get_by_role("checkbox", name="履歴事項全部証明書")).to_be_checked()
    clerk.page.fill("#id_sme_remark", "増資は来年度です。")
    clerk.presses("次へ")

    clerk.sees_heading("入力情報確認")
    clerk.sees("まだ申請は完了していません", "増資は来年度です。")
    clerk.sees("年会費は、80,000円から60,000円に変わります（20,000円安くなります）。")
    changed = clerk.page.locator("tr:has(.chip--changed) th")
    expect(changed).to_have_text(["中小企業割引", "証明方法", "提出する書類", "年会費"])
    assert Submission.objects.count() == 0

    clerk.page.get_by_role("button", name="申請する").dblclick(no_wait_after=True)
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.sees(member.now().receipt_number, "履歴事項全部証明書（登記簿.pdf、1ページ）", "60,000円")
    assert Submission.objects.count() == 1
    [mail] = [mail for mail in stage.mails() if "受け付けました" in mail.subject]
    assert "中小企業割引：希望する（新たに希望）" in mail.body


def test_what_comes_back_is_mended_under_the_same_number(
    visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    stage.is_returned(member)
    clerk = visitors(PHONE_WITHOUT_JAVASCRIPT)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("申請内容の修正をお願いします", "発行日から3か月を超えています")
    clerk.follows("修正する")
    clerk.sees_heading("申請内容を修正してください")
    clerk.page.locator("#sme_file_1 summary").click()
    clerk.page.locator("#sme_replacement_1").set_input_files(
        {
            "name": "新しい登記簿.pdf",
            "mimeType": "application/pdf",
            "buffer": pdf_of(papers.registry(stage.lately()), papers.DUES),
        }
    )
    clerk.presses("このファイルに差し替える （登記簿.pdf）")
    clerk.sees("新しい登記簿.pdf")
    clerk.presses("次へ")
    clerk.sees_heading("入力情報確認")
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.sees(member.now().receipt_number, "（第2版）", "前回の申請から変わった点")


# --- the form -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("equipment", WITH_JAVASCRIPT, indirect=True, ids=str)
def test_editing_shows_what_differs_and_reverting_removes_it(clerk: Visitor, stage: Stage) -> None:
    opens_the_form(clerk, somebody(stage, in_group=True, sme=True))
    for edit, undo in (
        (
            lambda: wishes(clerk, "中小企業割引", "希望しない"),
            lambda: wishes(clerk, "中小企業割引", "希望する"),
        ),
        (lambda: clerk.fills("年", "2099"), lambda: clerk.fills("年", "2027")),
    ):
        edit()
        expect(chips(clerk)).to_have_count(1)
        undo()
        expect(chips(clerk)).to_have_count(0)


def test_this_years_content_comes_back_by_a_button(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage, in_group=True)
    opens_the_form(clerk, member)
    wishes(clerk, "正会員団体割引", "希望しない")
    clerk.presses("今年度の内容に戻す （正会員団体割引）")
    expect(group(clerk, "次年度の正会員団体割引").get_by_label("希望する", exact=True)).to_be_checked()
    expect(chips(clerk)).to_have_count(0)
    assert saved(member).in_group is True


@WITH_SCRIPTS
def test_kanji_and_kana_of_any_width_find_the_same_groups(clerk: Visitor, stage: Stage) -> None:
    opens_the_form(clerk, somebody(stage))
    for _ in range(2):
        IndustryGroupFactory()
    clerk.reloads()
    wishes(clerk, "正会員団体割引", "希望する")
    lines = clerk.page.locator("[data-words]:visible .choice__label")
    found = []
    for typed in ("きんぞく", "ｷﾝｿﾞｸ", "金属"):
        clerk.fills("団体名で絞り込む", typed)
        clerk.sees("5団体のうち、3団体が見つかりました。")
        found.append(lines.all_inner_texts())
    assert found[0] == found[1] == found[2]
    clerk.fills("団体名で絞り込む", "")
    expect(lines).to_have_count(5)


@WITH_SCRIPTS
def test_what_is_visibly_chosen_is_what_is_stored_whatever_was_typed(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    opens_the_form(clerk, member)
    wishes(clerk, "正会員団体割引", "希望する")
    clerk.page.get_by_label("日本機械加工団体連合会").check()
    clerk.fills("団体名で絞り込む", "あああ")
    clerk.sees("見つかりません")
    expect(clerk.page.get_by_role("radio", name="日本機械加工団体連合会")).to_be_visible()
    clerk.page.locator("#group_filter").press("Enter")
    clerk.sees("この団体では、証明書の提出は必要ありません")
    clerk.presses("次へ")
    clerk.sees_heading("入力情報確認")
    chosen = saved(member).group
    assert chosen is not None
    assert chosen.name == "日本機械加工団体連合会"


def test_the_list_of_groups_is_whole_without_scripts(
    visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = somebody(stage)
    clerk = visitors(DESK_WITHOUT_JAVASCRIPT)
    opens_the_form(clerk, member)
    wishes(clerk, "正会員団体割引", "希望する")
    expect(clerk.page.locator("[data-words]:visible")).to_have_count(3)
    expect(clerk.page.locator("#group_filter")).to_be_hidden()


@DESKS
def test_form5_alone_is_stopped_and_its_companion_mends_it(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    opens_the_form(clerk, member)
    wishes(clerk, "中小企業割引", "希望する")
    group(clerk, "証明方法").get_by_label("証明方法2（従業員数を証明する）").check()
    clerk.sees("様式5だけでは受け付けられません")
    hands_in(clerk, "様式5.pdf", pdf_of(papers.FORM5))
    clerk.sees("様式5だけが見つかりました")
    clerk.presses("次へ")
    clerk.sees_error("「様式5 従業員数証明書」だけでは足りません。")
    hands_in(clerk, "労働保険.pdf", pdf_of(papers.LABOUR))
    clerk.sees("2個のファイルは、この順番で1つのPDFにまとめて提出します")
    clerk.presses("次へ")
    clerk.sees_heading("入力情報確認")


@WITH_SCRIPTS
def test_the_summary_leads_to_the_field(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.fills_in(member, sme=True, in_group=True, sme_method=SmeMethod.CAPITAL)
    opens_the_form(clerk, member)
    clerk.presses("次へ")
    for text, field in (
        ("「履歴事項全部証明書」か「決算書」のどちらか1つを提出してください。", "#id_sme_files"),
        ("所属している団体を選んでください。", "#id_group_0"),
    ):
        clerk.sees_error(text)
        clerk.follows(text)
        clerk.focus_is_on(clerk.page.locator(field))
        clerk.presses("次へ")


# --- files --------------------------------------------------------------------------------------------------------


@DESKS
def test_a_file_that_is_not_taken_says_why_and_nothing_else_is_lost(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    opens_the_form(clerk, member)
    wishes(clerk, "中小企業割引", "希望する")
    group(clerk, "証明方法").get_by_label("証明方法1（資本金を証明する）").check()
    clerk.page.fill("#id_sme_remark", "決算は3月です。")
    hands_in(clerk, "決算書.pdf", pdf_of(papers.STATEMENT))
    clerk.sees("決算書.pdf")
    for content, why in (
        (papers.program(), "このファイルはプログラムです。"),
        (b"", "ファイルの中身が空です。"),
        (encrypted(user="secret", owner="secret"), "パスワードがかかっていて開けません。"),
        (pdf_of(papers.FORM5) + bytes(settings.EVIDENCE_MAX_BYTES), "ファイルが大きすぎます。"),
    ):
        hands_in(clerk, "請求書.pdf", content)
        clerk.sees_error(f"「請求書.pdf」：{why}")
        clerk.sees("決算書.pdf")
        expect(clerk.page.locator("#id_sme_remark")).to_have_value("決算は3月です。")


@DESKS
def test_a_file_survives_an_error_elsewhere_and_is_nobody_elses(
    clerk: Visitor, visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    member = somebody(stage)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.CAPITAL, in_group=True)
    opens_the_form(clerk, member)
    hands_in(clerk, "決算書.pdf", pdf_of(papers.STATEMENT))
    clerk.sees("決算書.pdf")
    clerk.presses("次へ")
    clerk.sees_error("所属している団体を選んでください。")
    clerk.sees("決算書.pdf")
    link = clerk.page.get_by_role("link", name="表示 （決算書.pdf）").get_attribute("href")
    picture = clerk.page.get_by_alt_text("「決算書.pdf」の1ページ目").get_attribute("src")
    assert link
    assert picture

    other = visitors(DESK)
    other.is_logged_in_as(stage.member(clerk=stage.new_clerk()).clerk)
    for address in (link, picture):
        assert clerk.context.request.get(f"{clerk.home}{address}").status == 200
        assert other.context.request.get(f"{clerk.home}{address}").status == 404


# --- leaving and coming back --------------------------------------------------------------------------------------


@WITH_SCRIPTS
def test_what_is_typed_is_saved_by_itself_and_the_page_says_when(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    opens_the_form(clerk, member)
    wishes(clerk, "中小企業割引", "希望する")
    is_saved(clerk, member, lambda draft: draft.sme)
    clerk.sees("に保存しました。")
    clerk.page.fill("#id_sme_remark", "続きはあとで。")
    is_saved(clerk, member, lambda draft: draft.sme_remark == "続きはあとで。")
    clerk.opens_home()
    clerk.sees("入力の途中です")
    clerk.follows("入力を続ける")
    expect(clerk.page.locator("#id_sme_remark")).to_have_value("続きはあとで。")


@DESKS
def test_after_the_session_ended_the_form_is_as_it_was_saved(
    clerk: Visitor, stage: Stage, real_passwords: None
) -> None:
    member = somebody(stage)
    opens_the_form(clerk, member)
    wishes(clerk, "中小企業割引", "希望する")
    hands_in(clerk, "決算書.pdf", pdf_of(papers.STATEMENT))
    clerk.sees("決算書.pdf")
    clerk.loses_the_session()
    clerk.presses("次へ")
    clerk.sees_heading("ログイン")
    clerk.fills("メールアドレス", member.clerk.email)
    clerk.fills("パスワード", PASSWORD)
    clerk.presses("ログイン")
    clerk.sees_heading("年会費情報を入力してください")
    clerk.sees("決算書.pdf")
    assert clerk.path == form_of(member)


@WITH_SCRIPTS
def test_saving_by_itself_says_when_the_session_has_ended(clerk: Visitor, stage: Stage) -> None:
    opens_the_form(clerk, somebody(stage))
    clerk.loses_the_session()
    wishes(clerk, "中小企業割引", "希望する")
    clerk.sees("ログインの有効期限が切れました")


@DESKS
def test_two_windows_do_not_overwrite_each_other_unseen(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    opens_the_form(clerk, member)
    first = clerk.page
    clerk.opens_another_tab()
    clerk.opens(form_of(member))
    wishes(clerk, "中小企業割引", "希望する")
    clerk.presses("入力内容を保存して中断する")
    clerk.sees("入力内容を保存しました")
    clerk.page = first
    clerk.presses("次へ")
    clerk.sees("別の画面で、入力内容が変わりました")
    assert saved(member).sme is True
    clerk.presses("入力内容を保存して中断する")
    clerk.sees("入力内容を保存しました")
    assert saved(member).sme is False


@DESKS
def test_back_from_the_page_to_check_the_form_is_filled_in(clerk: Visitor, stage: Stage) -> None:
    member = somebody(stage, sme=True)
    opens_the_form(clerk, member)
    wishes(clerk, "中小企業割引", "希望しない")
    clerk.presses("次へ")
    clerk.sees_heading("入力情報確認")
    clerk.goes_back()
    clerk.sees_heading("年会費情報を入力してください")
    expect(group(clerk, "次年度の中小企業割引").get_by_label("希望しない")).to_be_checked()
    clerk.presses("次へ")
    clerk.sees_heading("入力情報確認")
    clerk.follows("変更 （中小企業割引）")
    clerk.sees_heading("年会費情報を入力してください")
    clerk.presses("次へ")
    clerk.sees("年会費は、63,000円から83,000円に変わります（20,000円高くなります）。")


def test_nothing_changed_is_noticed(visitors: Callable[[Equipment], Visitor], stage: Stage) -> None:
    clerk = visitors(PHONE)
    opens_the_form(clerk, somebody(stage, sme=True))
    clerk.presses("次へ")
    clerk.sees_heading("今年度の内容から変更がありません")
    clerk.follows("継続する（割引の変更なし）")
    clerk.sees_heading("年会費情報を確認してください")


def test_names_of_any_length_and_form_stay_whole(
    visitors: Callable[[Equipment], Visitor], stage: Stage
) -> None:
    several_groups()
    long_group = IndustryGroupFactory(
        name="全国𠮷野﨑髙津先端複合材料精密加工技術研究開発製造振興協同組合連合会",
        proof=ProofOfBelonging.NONE,
    )
    member = stage.member(stage.season(), corporation__name="㈱𠮷野﨑髙精機")
    stage.fills_in(member, in_group=True, group=long_group.pk)
    clerk = visitors(PHONE)
    clerk.is_logged_in_as(member.clerk).opens(f"{form_of(member)}check/")
    clerk.sees(long_group.name, "㈱𠮷野﨑髙精機")
    clerk.presses("申請する")
    clerk.sees_heading("年度更新手続を受け付けました")
    clerk.sees(long_group.name)
    assert Renewal.objects.get().status == "submitted"
