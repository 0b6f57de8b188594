"""The pages of certificates outside the season, in every state worth seeing; the secretariat's beside the member's."""

from datetime import timedelta

from discounts import certificates, evidence_files
from discounts.certificates_on_record import on_record
from discounts.kinds import Discount
from discounts.models import CertificateUpdate
from discounts.requirements import ProofOfBelonging
from tests import papers
from tests.factories import CorporationFactory, IndustryGroupFactory
from tests.journeys.people import Visitor
from tests.journeys.scenes import LONG_CORPORATION, LONG_ESTABLISHMENT, Scene
from tests.journeys.stage import Member, Stage
from tests.pdfs import pdf_of

OF_MEMBERS: dict[str, Scene] = {}
OF_THE_SECRETARIAT: dict[str, Scene] = {}
LONG_FILE = "会員証（㈱𠮷野﨑髙津先端複合材料精密加工技術研究開発製造ホールディングス）_スキャン.pdf"
LIST = "法人番号,会社名\n7000012050002,旭工業\n,青葉精機\n12,赤松精機\n,緑川\n"


def scene_of_the_member(play: Scene) -> Scene:
    OF_MEMBERS[play.__name__] = play
    return play


def scene_of_the_secretariat(play: Scene) -> Scene:
    OF_THE_SECRETARIAT[play.__name__] = play
    return play


def holder(stage: Stage, *, days_left: int = 40, **fields: object) -> Member:
    """A member whose group asks for a certificate, with one on record that is good for some days more."""
    return stage.member(
        in_group=True,
        applied__certificate_valid_until=stage.in_days(days_left),
        **{"corporation__name": papers.COMPANY, **fields},
    )


def fills_in(stage: Stage, member: Member, *files: tuple[str, bytes], until_days: int = 400) -> None:
    """Files by name and content, and a day that the member typed."""
    asked = on_record(member.establishment, on=stage.today)
    assert asked is not None
    evidence = None
    for name, content in files:
        evidence = evidence_files.add(
            evidence,
            establishment=member.establishment,
            discount=Discount.GROUP,
            checklist=certificates.checklist_of(asked),
            name=name,
            content=content,
            by=member.clerk,
            now=stage.ago(1),
        )
    certificates.fill_in(
        establishment=member.establishment,
        evidence=evidence,
        valid_until=stage.today + timedelta(days=until_days),
        by=member.clerk,
        now=stage.ago(1),
    )


def submits(stage: Stage, member: Member) -> CertificateUpdate:
    fills_in(stage, member, (LONG_FILE, pdf_of(papers.certificate(stage.next_spring()), "裏面")))
    return certificates.submit_certificate(
        establishment=member.establishment, by=member.clerk, now=stage.ago(1)
    )


def is_returned(stage: Stage, member: Member) -> None:
    certificates.refuse_certificate(
        update_id=submits(stage, member).pk,
        reason="会員証の文字が読めません。\nもう一度スキャンしてください。",
        by=stage.secretary(),
        now=stage.now,
    )


def page_of(member: Member, page: str = "") -> str:
    return f"/establishments/{member.establishment.pk}/certificate/{page}"


def opens(visitor: Visitor, member: Member, page: str = "") -> None:
    visitor.is_logged_in_as(member.clerk).opens(page_of(member, page))


# --- the member ---------------------------------------------------------------------------------------------------


@scene_of_the_member
def certificate(visitor: Visitor, stage: Stage) -> None:
    opens(visitor, holder(stage))


@scene_of_the_member
def certificate_of_dues(visitor: Visitor, stage: Stage) -> None:
    opens(visitor, stage.member(applied__group=IndustryGroupFactory(proof=ProofOfBelonging.DUES)))


@scene_of_the_member
def certificate_not_needed(visitor: Visitor, stage: Stage) -> None:
    opens(visitor, stage.member())


@scene_of_the_member
def certificate_filled_in_with_warnings(visitor: Visitor, stage: Stage) -> None:
    member = holder(stage, corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT)
    files = ((LONG_FILE, pdf_of(papers.certificate("令和7年3月31日"))), ("裏面.pdf", pdf_of("裏面")))
    fills_in(stage, member, *files, until_days=20)
    opens(visitor, member)


@scene_of_the_member
def certificate_during_the_season(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season(), in_group=True, corporation__name=papers.COMPANY)
    opens(visitor, member)


@scene_of_the_member
def certificate_error(visitor: Visitor, stage: Stage) -> None:
    opens(visitor, holder(stage, days_left=-3))
    visitor.presses("提出する")


@scene_of_the_member
def certificate_returned(visitor: Visitor, stage: Stage) -> None:
    member = holder(stage)
    is_returned(stage, member)
    opens(visitor, member)


@scene_of_the_member
def certificate_waiting(visitor: Visitor, stage: Stage) -> None:
    member = holder(stage)
    submits(stage, member)
    opens(visitor, member)


@scene_of_the_member
def certificate_received(visitor: Visitor, stage: Stage) -> None:
    member = holder(stage)
    submits(stage, member)
    opens(visitor, member, "received/")


@scene_of_the_member
def home_with_a_certificate_that_runs_out(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(holder(stage).clerk).opens_home()


@scene_of_the_member
def home_with_a_certificate_that_has_expired(visitor: Visitor, stage: Stage) -> None:
    visitor.is_logged_in_as(holder(stage, days_left=-3).clerk).opens_home()


# --- the secretariat ----------------------------------------------------------------------------------------------


@scene_of_the_secretariat
def certificates_to_confirm(visitor: Visitor, stage: Stage) -> None:
    submits(stage, holder(stage))
    is_returned(stage, holder(stage))
    visitor.is_logged_in_as(stage.secretary()).opens("/admin/discounts/certificateupdate/")


@scene_of_the_secretariat
def certificate_to_confirm(visitor: Visitor, stage: Stage) -> None:
    update = submits(stage, holder(stage, corporation__name=LONG_CORPORATION, name=LONG_ESTABLISHMENT))
    visitor.is_logged_in_as(stage.secretary()).opens(
        f"/admin/discounts/certificateupdate/{update.pk}/change/"
    )


@scene_of_the_secretariat
def certificate_returned_without_a_reason_error(visitor: Visitor, stage: Stage) -> None:
    certificate_to_confirm(visitor, stage)
    visitor.presses("差し戻す")


@scene_of_the_secretariat
def certificates_running_out(visitor: Visitor, stage: Stage) -> None:
    holder(stage, days_left=20)
    visitor.is_logged_in_as(stage.secretary()).opens("/admin/discounts/applieddiscounts/?certificate=soon")


@scene_of_the_secretariat
def group_list_upload(visitor: Visitor, stage: Stage) -> None:
    IndustryGroupFactory(name="日本機械加工団体連合会")
    visitor.is_logged_in_as(stage.secretary()).opens("/admin/group-lists/")


@scene_of_the_secretariat
def group_list_upload_error(visitor: Visitor, stage: Stage) -> None:
    group_list_upload(visitor, stage)
    visitor.presses("内容を確認する")


@scene_of_the_secretariat
def group_list_preview(visitor: Visitor, stage: Stage) -> None:
    for name in ("株式会社青葉精機", "株式会社緑川", "有限会社緑川"):
        CorporationFactory(name=name)
    group_list_upload(visitor, stage)
    visitor.page.get_by_label("正会員団体").select_option(label="日本機械加工団体連合会")
    visitor.page.get_by_label("会員名簿のファイル").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    visitor.presses("内容を確認する")
    visitor.sees_heading("取り込む内容の確認")
