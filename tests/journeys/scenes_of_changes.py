"""The pages of changed discounts, in every state worth seeing."""

from discounts.kinds import Discount
from discounts.papers import SmeMethod
from discounts.requirements import ProofOfBelonging
from renewals.deciding import Told
from tests import papers
from tests.factories import IndustryGroupFactory
from tests.journeys.people import Visitor
from tests.journeys.scenes import LONG_CORPORATION, LONG_ESTABLISHMENT, Scene
from tests.journeys.stage import Member, Stage
from tests.pdfs import pdf_of

SCENES: dict[str, Scene] = {}
LONG_FILE = (
    "履歴事項全部証明書（㈱𠮷野﨑髙津先端複合材料精密加工技術研究開発製造ホールディングス）_スキャン.pdf"
)


def scene(play: Scene) -> Scene:
    SCENES[play.__name__] = play
    return play


def several_groups() -> None:
    """Groups of each kind to choose from."""
    IndustryGroupFactory(
        name="全国金属プレス工業会",
        name_kana="ぜんこくきんぞくぷれすこうぎょうかい",
        proof=ProofOfBelonging.DUES,
    )
    IndustryGroupFactory(
        name="日本機械加工団体連合会",
        name_kana="にほんきかいかこうだんたいれんごうかい",
        proof=ProofOfBelonging.NONE,
        note="団体から会員企業名簿を受領",
    )
    IndustryGroupFactory(name="日本縫製団体連合会", name_kana="にほんほうせいだんたいれんごうかい")


def form_of(member: Member) -> str:
    return f"/establishments/{member.establishment.pk}/renewal/changed/"


def opens_the_form(visitor: Visitor, member: Member) -> None:
    visitor.is_logged_in_as(member.clerk).opens(form_of(member))
    visitor.sees("次年度の中小企業割引")


def somebody(stage: Stage, **fields: object) -> Member:
    several_groups()
    return stage.member(stage.season(), **{"corporation__name": papers.COMPANY, **fields})


# --- the form -------------------------------------------------------------------------------------------------


@scene
def change_form(visitor: Visitor, stage: Stage) -> None:
    opens_the_form(visitor, somebody(stage, in_group=True, sme=True))


@scene
def change_form_without_discounts(visitor: Visitor, stage: Stage) -> None:
    opens_the_form(visitor, somebody(stage))


@scene
def change_claimed_by_headcount(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage, corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.HEADCOUNT, in_group=True)
    opens_the_form(visitor, member)


@scene
def change_of_a_sole_proprietor(visitor: Visitor, stage: Stage) -> None:
    several_groups()
    member = stage.member(stage.season(), sole_proprietor=True)
    stage.fills_in(member, sme=True, in_group=False)
    opens_the_form(visitor, member)


@scene
def change_uploaded_with_warnings(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage, corporation__name="株式会社赤松精機")
    stage.fills_in(member, sme=True, sme_method=SmeMethod.CAPITAL)
    stage.hands_in(
        member,
        Discount.SME,
        (LONG_FILE, pdf_of(papers.registry("令和6年1月20日"))),
        ("決算書.pdf", pdf_of(papers.STATEMENT)),
    )
    opens_the_form(visitor, member)


@scene
def change_form_error(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.HEADCOUNT, in_group=True)
    stage.hands_in(member, Discount.SME, ("様式5.pdf", pdf_of(papers.FORM5)))
    opens_the_form(visitor, member)
    visitor.presses("次へ")


@scene
def change_file_refused_error(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.CAPITAL)
    opens_the_form(visitor, member)
    visitor.page.locator("#id_sme_files").set_input_files(
        {"name": "決算書.pdf", "mimeType": "application/pdf", "buffer": papers.program()}
    )


@scene
def change_in_two_windows(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    opens_the_form(visitor, member)
    stage.fills_in(member, sme=True)
    visitor.presses("次へ")
    visitor.sees("別の画面で、入力内容が変わりました")


@scene
def change_saved_for_later(visitor: Visitor, stage: Stage) -> None:
    opens_the_form(visitor, somebody(stage))
    visitor.presses("入力内容を保存して中断する")
    visitor.sees("入力内容を保存しました")


# --- the page to check ----------------------------------------------------------------------------------------


@scene
def change_check(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage, in_group=True, corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.CAPITAL, sme_remark="社名は2026年に変わりました。")
    stage.hands_in(member, Discount.SME, (LONG_FILE, pdf_of(papers.registry(stage.lately()))))
    visitor.is_logged_in_as(member.clerk).opens(f"{form_of(member)}check/")
    visitor.sees_heading("入力情報確認")


@scene
def change_nothing(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage, sme=True)
    stage.fills_in(member, sme=True)
    visitor.is_logged_in_as(member.clerk).opens(f"{form_of(member)}check/")
    visitor.sees_heading("今年度の内容から変更がありません")


# --- afterwards -----------------------------------------------------------------------------------------------


@scene
def change_receipt(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    visitor.is_logged_in_as(member.clerk).opens(receipt_of(member, 1))


@scene
def change_returned(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    stage.is_returned(
        member,
        Told(
            Discount.SME, "履歴事項全部証明書の発行日から3か月を超えています。新しいものを提出してください。"
        ),
        Told(Discount.GROUP, "団体への加入を確認できませんでした。"),
        note="ご不明な点は、お電話ください。",
    )
    opens_the_form(visitor, member)


@scene
def home_returned(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    stage.is_returned(member)
    stage.mails()
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def home_with_a_draft(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.fills_in(member, sme=True)
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def choose_with_a_draft(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.fills_in(member, sme=True)
    visitor.is_logged_in_as(member.clerk).opens(f"/establishments/{member.establishment.pk}/renewal/")


@scene
def receipt_of_what_was_returned(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    stage.is_returned(member)
    visitor.is_logged_in_as(member.clerk).opens(receipt_of(member, 1))


@scene
def receipt_of_a_second_version(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    stage.is_returned(member)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.CAPITAL, sme_remark="新しい登記簿を加えました。")
    stage.hands_in(member, Discount.SME, ("新しい登記簿.pdf", pdf_of(papers.registry(stage.lately()), "2")))
    stage.submits_changes(member)
    visitor.is_logged_in_as(member.clerk).opens(receipt_of(member, 2))


@scene
def home_approved_without_a_discount(visitor: Visitor, stage: Stage) -> None:
    member = somebody(stage)
    stage.claims_as_a_small_company(member)
    stage.is_approved_without(member, Told(Discount.SME, "資本金が3億円を超えています。"))
    visitor.is_logged_in_as(member.clerk).opens_home()


@scene
def receipt_approved_without_a_discount(visitor: Visitor, stage: Stage) -> None:
    home_approved_without_a_discount(visitor, stage)
    visitor.follows("受付内容を見る")


@scene
def overview_with_drafts_and_returns(visitor: Visitor, stage: Stage) -> None:
    clerk = several_in_between(stage)
    visitor.is_logged_in_as(clerk.clerk).opens_home()


@scene
def many_select_with_drafts(visitor: Visitor, stage: Stage) -> None:
    overview_with_drafts_and_returns(visitor, stage)
    visitor.follows("「割引の変更なし」でまとめて申請する")


def several_in_between(stage: Stage) -> Member:
    """A clerk of three: one untouched, one with a draft, one returned."""
    campaign, clerk = stage.season(), stage.new_clerk()
    untouched = stage.member(campaign, clerk=clerk, name="本社工場")
    stage.fills_in(stage.member(campaign, clerk=clerk, name="第二工場"), sme=True)
    returned = stage.member(campaign, clerk=clerk, name="第三工場")
    stage.claims_as_a_small_company(returned)
    stage.is_returned(returned)
    return untouched


def receipt_of(member: Member, version: int) -> str:
    fiscal_year = member.now().campaign.fiscal_year
    return f"/establishments/{member.establishment.pk}/receipts/{fiscal_year}/{version}/"
