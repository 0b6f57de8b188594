"""A newer certificate in the middle of the year: handed in, returned, handed in again, confirmed."""

from pathlib import Path

from discounts.certificates_on_record import on_record
from discounts.models import CertificateUpdate
from tests import papers
from tests.journeys.people import Visitor
from tests.journeys.scenes_of_certificates import holder, is_returned, page_of
from tests.journeys.stage import Stage
from tests.pdfs import pdf_of


def file(tmp_path: Path, stage: Stage, name: str = "会員証.pdf") -> Path:
    path = tmp_path / name
    path.write_bytes(pdf_of(papers.certificate(stage.next_spring())))
    return path


def hands_in(clerk: Visitor, path: Path) -> None:
    """With scripts a file is sent as it is chosen, without them by its button."""
    clerk.page.locator("#id_group_files").set_input_files(path)
    if not clerk.equipment.javascript:
        clerk.page.get_by_role("button", name="ファイルを追加する").click()
    clerk.sees(path.name, "と読み取りました")


def test_a_clerk_hands_in_a_newer_certificate(clerk: Visitor, stage: Stage, tmp_path: Path) -> None:
    member = holder(stage)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("会員証の有効期限が近づいています")
    clerk.follows("会員証を更新する")
    clerk.sees_heading("会員証を更新する")

    clerk.presses("提出する")
    clerk.sees_error("「会員証」を提出してください。")

    hands_in(clerk, file(tmp_path, stage))
    assert clerk.page.get_by_label("月", exact=True).input_value() == "3"
    clerk.page.get_by_label("月", exact=True).fill("２")
    clerk.page.get_by_label("日", exact=True).fill("２８")
    clerk.presses("提出する")
    clerk.sees_heading("会員証を受け付けました")
    clerk.sees("確認待ち", "2月28日")
    clerk.follows("ホームに戻る", exact=True)
    clerk.sees("新しい会員証を受け付けました")

    update = CertificateUpdate.objects.get()
    assert update.valid_until is not None
    assert (update.valid_until.month, update.valid_until.day) == (2, 28)
    [mail] = stage.mails()
    assert mail.to == [member.establishment.contacts.get(role="primary").email]


def test_what_was_returned_is_handed_in_again(clerk: Visitor, stage: Stage, tmp_path: Path) -> None:
    member = holder(stage)
    is_returned(stage, member)
    clerk.is_logged_in_as(member.clerk).opens_home()
    clerk.sees("会員証の再提出をお願いします")
    clerk.opens(page_of(member))
    clerk.sees("もう一度スキャンしてください。")
    hands_in(clerk, file(tmp_path, stage))
    clerk.presses("提出する")
    clerk.sees_heading("会員証を受け付けました")


def test_a_reviewer_confirms_it_beside_its_pages(clerk: Visitor, stage: Stage, tmp_path: Path) -> None:
    member = holder(stage)
    clerk.is_logged_in_as(member.clerk).opens(page_of(member))
    hands_in(clerk, file(tmp_path, stage))
    clerk.presses("提出する")
    clerk.sees_heading("会員証を受け付けました")
    update = CertificateUpdate.objects.get()

    clerk.is_logged_in_as(stage.secretary()).opens("/admin/")
    clerk.page.locator("a.count", has_text="確認待ちの会員証").click()
    clerk.follows(member.establishment.member_number)
    clerk.sees("提出された書類")
    picture = clerk.page.locator("img.evidence-page")
    picture.scroll_into_view_if_needed()
    if clerk.equipment.javascript:
        clerk.until(lambda: picture.evaluate("image => image.complete && image.naturalWidth > 0"))
    clerk.presses("確認済みにする")
    clerk.sees("確認済みにしました")
    asked = on_record(member.establishment, on=stage.today)
    assert asked is not None
    assert asked.last_day == update.valid_until
