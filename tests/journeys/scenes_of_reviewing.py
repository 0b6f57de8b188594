"""The review workbench and the pages around it, in every state worth seeing."""

from discounts.kinds import Discount
from discounts.papers import SmeMethod
from renewals import deciding, reviewing
from renewals.deciding import Told
from renewals.models import ReturnReason
from renewals.status import Mark
from tests import papers
from tests.factories import UserFactory
from tests.journeys.people import Visitor
from tests.journeys.scenes import LONG_CORPORATION, LONG_ESTABLISHMENT, Scene
from tests.journeys.stage import Member, Stage
from tests.pdfs import pdf_of

SCENES: dict[str, Scene] = {}
QUEUE = "/admin/renewals/renewal/queue/"


def scene(play: Scene) -> Scene:
    SCENES[play.__name__] = play
    return play


def bench_of(member: Member, page: str = "workbench") -> str:
    return f"/admin/renewals/renewal/{member.now().pk}/{page}/"


def small_company(stage: Stage, **fields: object) -> Member:
    """Claims the SME discount with a registry certificate and waits for a reviewer."""
    campaign = fields.pop("campaign", None) or stage.season()
    member = stage.member(campaign, **{"corporation__name": papers.COMPANY, **fields})
    stage.claims_as_a_small_company(member)
    return member


def holds(visitor: Visitor, stage: Stage, member: Member, *, mark: Mark | None = None) -> None:
    """A reviewer has taken the case up, and marked the claim on the SME discount."""
    reviewer = stage.secretary()
    visitor.is_logged_in_as(reviewer)
    reviewing.claim(renewal_id=member.now().pk, by=reviewer, now=stage.now)
    if mark:
        reviewing.mark(
            renewal_id=member.now().pk,
            version=member.now().version,
            discount=Discount.SME,
            mark=mark,
            by=reviewer,
            now=stage.now,
        )


def mended(stage: Stage) -> Member:
    """Returned once and submitted again, with other papers."""
    member = small_company(stage)
    stage.is_returned(member, Told(Discount.SME, "履歴事項全部証明書の発行日から3か月を超えています。"))
    stage.fills_in(member, sme=True, sme_method=SmeMethod.HEADCOUNT, sme_remark="従業員数で証明します。")
    stage.hands_in(
        member,
        Discount.SME,
        ("様式5.pdf", pdf_of(papers.FORM5)),
        ("労働保険.pdf", pdf_of(papers.LABOUR)),
    )
    stage.submits_changes(member)
    return member


@scene
def queue_without_a_season(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary()).opens(QUEUE)


@scene
def queue_waiting(visitor: Visitor, stage: Stage) -> None:
    held = small_company(stage)
    small_company(stage, campaign=held.now().campaign)
    leased = small_company(stage, campaign=held.now().campaign)
    colleague = UserFactory(reviewer=True)
    reviewing.hold(
        renewal_id=held.now().pk, version=1, reason="団体に照会しています。", by=colleague, now=stage.ago(1)
    )
    reviewing.claim(renewal_id=leased.now().pk, by=colleague, now=stage.now)
    visitor.is_logged_in_as(stage.secretary("manager")).opens(QUEUE)


@scene
def queue_with_my_case(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    small_company(stage, campaign=member.now().campaign)
    holds(visitor, stage, member)
    visitor.opens(QUEUE)


@scene
def bench_not_begun(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary()).opens(bench_of(small_company(stage)))


@scene
def bench_open(visitor: Visitor, stage: Stage) -> None:
    member = small_company(
        stage, corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT
    )  # another name than the papers'
    holds(visitor, stage, member)
    visitor.opens(bench_of(member))


@scene
def bench_confirmed(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    holds(visitor, stage, member, mark=Mark.CONFIRMED)
    visitor.opens(bench_of(member))


@scene
def bench_mended(visitor: Visitor, stage: Stage) -> None:
    member = mended(stage)
    holds(visitor, stage, member)
    visitor.opens(bench_of(member))


@scene
def bench_of_somebody_else(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    reviewing.claim(renewal_id=member.now().pk, by=UserFactory(reviewer=True), now=stage.now)
    visitor.is_logged_in_as(stage.secretary("manager")).opens(bench_of(member))


@scene
def bench_held(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    reviewer = stage.secretary()
    reviewing.hold(
        renewal_id=member.now().pk, version=1, reason="団体に照会しています。", by=reviewer, now=stage.ago(1)
    )
    visitor.is_logged_in_as(reviewer).opens(bench_of(member))


@scene
def bench_decided(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    stage.is_returned(member)
    visitor.is_logged_in_as(stage.secretary("read_only")).opens(bench_of(member))


@scene
def application_returned(visitor: Visitor, stage: Stage) -> None:
    member = mended(stage)
    visitor.is_logged_in_as(stage.secretary()).opens(bench_of(member, "change"))


@scene
def hold_error(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    holds(visitor, stage, member)
    visitor.opens(bench_of(member, "hold"))
    visitor.presses("保留にする")


@scene
def return_form(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    holds(visitor, stage, member)
    visitor.opens(bench_of(member, "return"))
    visitor.ticks("様式5のみ")


@scene
def return_error(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    holds(visitor, stage, member)
    visitor.opens(bench_of(member, "return"))
    visitor.presses("会員にどう見えるかを確認する")


@scene
def return_preview(visitor: Visitor, stage: Stage) -> None:
    return_form(visitor, stage)
    visitor.presses("会員にどう見えるかを確認する")
    visitor.sees_heading("この内容で差し戻しますか")


@scene
def refusal_form(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    holds(visitor, stage, member, mark=Mark.REJECTED)
    visitor.opens(bench_of(member, "refuse"))


@scene
def refusal_error(visitor: Visitor, stage: Stage) -> None:
    refusal_form(visitor, stage)
    visitor.presses("年会費とメールを確認する")


@scene
def refusal_preview(visitor: Visitor, stage: Stage) -> None:
    refusal_form(visitor, stage)
    visitor.page.locator("[name=sme_text]").fill("資本金も従業員数も、上限を超えています。")
    visitor.presses("年会費とメールを確認する")
    visitor.sees_heading("この内容で承認しますか")


@scene
def reasons(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary("manager")).opens("/admin/renewals/returnreason/")


@scene
def reason_to_change(visitor: Visitor, stage: Stage) -> None:
    reason = ReturnReason.objects.first()
    visitor.is_logged_in_as(stage.secretary("manager")).opens(
        f"/admin/renewals/returnreason/{reason.pk}/change/"
    )


@scene
def reasons_counted(visitor: Visitor, stage: Stage) -> None:
    member = small_company(stage)
    reason = ReturnReason.objects.get(title="法人名が違う")
    deciding.return_for_correction(
        renewal_id=member.now().pk,
        version=1,
        items=[Told(Discount.SME, reason.text, reason), Told(Discount.SME, "2ページ目がありません。")],
        by=stage.secretary(),
        now=stage.ago(1),
    )
    visitor.is_logged_in_as(stage.secretary()).opens("/admin/renewals/returnreason/counts/")


@scene
def reasons_not_counted_yet(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(stage.secretary()).opens("/admin/renewals/returnreason/counts/")


@scene
def change_on_behalf_empty(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), in_group=True)
    visitor.is_logged_in_as(stage.secretary()).opens(bench_of(member, "change-on-behalf"))


@scene
def change_on_behalf_error(visitor: Visitor, stage: Stage) -> None:
    change_on_behalf_empty(visitor, stage)
    visitor.ticks("中小企業割引を希望する")
    visitor.presses("受付方法の入力に進む")


@scene
def change_on_behalf_with_files(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), corporation__name=papers.COMPANY)
    stage.fills_in(member, sme=True, sme_method=SmeMethod.HEADCOUNT)
    stage.hands_in(member, Discount.SME, ("様式5.pdf", pdf_of(papers.FORM5)))
    visitor.is_logged_in_as(stage.secretary()).opens(bench_of(member, "change-on-behalf"))
