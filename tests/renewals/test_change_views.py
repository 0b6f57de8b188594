"""The pages of changed discounts, as a browser without scripts uses them."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from discounts.kinds import Discount
from discounts.papers import Paper
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from renewals.deciding import Told, approve, return_for_correction
from renewals.drafting import draft_of, save_draft
from renewals.models import DraftDeclaration, Renewal, Submission
from renewals.status import Status
from tests import papers
from tests.discounts.evidence.hostile import encrypted
from tests.factories import IndustryGroupFactory, RenewalFactory, clerk_of, filled, staff
from tests.pdfs import pdf_of

NOW = at(date(2027, 2, 1), 10)
LAST_MONTH = "令和8年12月20日"


class Browser:
    """Fills in the form that the last page showed, and presses one of its buttons."""

    def __init__(self, login: Any, renewal: Renewal) -> None:
        self.renewal = renewal
        self._login = login
        self.logs_in()
        self.url = reverse("renewal_changed", args=[renewal.establishment_id])
        self.page = ""

    def logs_in(self) -> None:
        """Again, when a session has ended on the way."""
        self.client = self._login(clerk_of(self.renewal))

    def opens(self, url: str | None = None) -> str:
        self.page = self.client.get(url or self.url, follow=True).content.decode()
        return self.page

    def presses(self, action: str, **typed: Any) -> Any:
        form = self.fields() | {"action": action} | typed
        self.response = self.client.post(self.url, form, follow=True)
        self.page = self.response.content.decode()
        return self.response

    def fields(self) -> dict[str, Any]:
        """What the browser would send of the page as it stands."""
        found: dict[str, Any] = {}
        for tag in re.findall(r"<input [^>]*>", self.page):
            given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            kind, name = given.get("type", "text"), given.get("name")
            if not name or kind == "file" or name == "csrfmiddlewaretoken":
                continue
            if kind == "checkbox" and " checked" in tag:
                found.setdefault(name, []).append(given["value"])
            elif (kind == "radio" and " checked" in tag) or kind in ("text", "hidden"):
                found[name] = given.get("value", "")
        return found | dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n?([^<]*)</textarea>', self.page))

    @property
    def path(self) -> str:
        return self.response.redirect_chain[-1][0] if self.response.redirect_chain else self.url

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Each line of the error summary: the id it leads to, and its text."""
        summary = self.page.partition("data-error-summary")[2].partition("</ul>")[0]
        return re.findall(r'<a href="#(\w+)">([^<]*)</a>', summary)

    @property
    def draft(self) -> DraftDeclaration:
        return draft_of(self.renewal)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def names_in(draft: DraftDeclaration, discount: Discount) -> list[str]:
    evidence = draft.evidence_of(discount)
    return [part.file.name for part in evidence.parts.all()] if evidence else []


@pytest.fixture
def renewal(clock, db) -> Renewal:
    clock.set(NOW)
    return RenewalFactory(establishment__corporation__name=papers.COMPANY)


@pytest.fixture
def browser(renewal, login) -> Browser:
    browser = Browser(login, renewal)
    browser.opens()
    return browser


# --- saving -------------------------------------------------------------------------------------------------------


def test_opening_the_form_writes_nothing(browser, renewal):
    assert not DraftDeclaration.objects.exists()
    renewal.refresh_from_db()
    assert renewal.status == Status.NOT_STARTED


def test_leaving_saves_what_was_typed_and_leads_home(browser, renewal):
    response = browser.presses("save", sme="yes", sme_method="headcount", sme_remark="あとで続ける")
    assert browser.path == reverse("establishment_home", args=[renewal.establishment_id])
    assert "入力内容を保存しました" in browser.page
    assert response.status_code == 200
    draft = browser.draft
    assert (draft.sme, draft.sme_method, draft.sme_remark) == (True, "headcount", "あとで続ける")
    browser.opens()
    assert browser.fields()["sme_method"] == "headcount"


def test_home_leads_on_to_the_form(browser, renewal):
    browser.presses("save", sme="yes")
    home = browser.opens(reverse("establishment_home", args=[renewal.establishment_id]))
    assert "入力の途中です" in home
    assert f'href="{browser.url}">入力を続ける' in home


def test_saving_by_script_gives_the_page_back_with_the_new_stamp(browser):
    before = browser.fields()["stamp"]
    response = browser.presses("autosave", sme="yes", valid_year="20")
    assert (response.status_code, browser.errors) == (200, [])
    assert browser.fields()["stamp"] == browser.draft.stamp != before
    assert "2027年2月1日（月）10:00に保存しました" in browser.page


def test_another_window_that_saved_meanwhile_is_not_overwritten_unseen(browser, clock):
    stale = browser.fields()
    browser.presses("autosave", sme="yes")
    clock.set(NOW + timedelta(minutes=1))
    response = browser.presses("next", **stale | {"sme": "no", "sme_remark": "この画面で入力"})
    assert response.status_code == 409
    assert "別の画面で、入力内容が変わりました" in browser.page
    assert browser.draft.sme is True
    assert browser.fields()["sme"] == "no"
    assert browser.fields()["sme_remark"] == "この画面で入力"
    browser.presses("save")
    assert (browser.draft.sme, browser.draft.sme_remark) == (False, "この画面で入力")


def test_after_the_deadline_nothing_is_saved_and_the_home_page_says_so(browser, clock):
    clock.set(at(date(2027, 2, 11), 0))
    browser.logs_in()
    browser.presses("save", sme="yes")
    assert "締切日を過ぎました" in browser.page
    assert not DraftDeclaration.objects.exists()


def test_this_years_content_comes_back_for_one_discount_alone(browser):
    browser.presses("autosave", sme="yes", sme_method="capital", in_group="yes")
    browser.presses("revert-sme", sme_remark="消える")
    assert (browser.draft.sme, browser.draft.sme_method, browser.draft.sme_remark) == (False, "", "")
    assert browser.draft.in_group is True
    assert browser.path.endswith("#sme")


# --- files --------------------------------------------------------------------------------------------------------


def test_several_files_are_taken_at_once_and_named_by_what_is_in_them(browser):
    files = [upload("様式5.pdf", pdf_of(papers.FORM5)), upload("労働保険.pdf", pdf_of(papers.LABOUR))]
    browser.presses("add-sme", sme="yes", sme_method="headcount", sme_files=files)
    assert names_in(browser.draft, Discount.SME) == ["様式5.pdf", "労働保険.pdf"]
    assert "2個のファイルは、この順番で1つのPDFにまとめて提出します" in browser.page
    fields = browser.fields()
    assert (fields["sme_papers_1"], fields["sme_papers_2"]) == (["form5"], ["labour"])


@pytest.mark.parametrize("action", ["next", "save", "stay"])
def test_a_file_that_was_chosen_is_taken_whichever_button_was_pressed(browser, action):
    browser.presses(
        action, sme="yes", sme_method="capital", sme_files=upload("決算書.pdf", pdf_of(papers.STATEMENT))
    )
    assert names_in(browser.draft, Discount.SME) == ["決算書.pdf"]


REFUSED = {
    "a program": papers.program(),
    "empty": b"",
    "locked": encrypted(user="secret", owner="secret"),
    "cut off": pdf_of(papers.FORM5)[:-200],
    "too large": pdf_of(papers.FORM5) + bytes(100_000),
    "too many pages": pdf_of(papers.FORM5, papers.LABOUR, papers.DUES),
    "the same file again": pdf_of(papers.FORM5),
}


def test_each_refusal_has_its_own_text_and_nothing_else_is_lost(browser, settings):
    settings.EVIDENCE_MAX_BYTES, settings.EVIDENCE_MAX_PAGES = 100_000, 2
    texts = set()
    good = upload("様式5.pdf", pdf_of(papers.FORM5))
    browser.presses("add-sme", sme="yes", sme_method="headcount", sme_remark="補足です", sme_files=good)
    for content in REFUSED.values():
        response = browser.presses("add-sme", sme_files=upload("だめ.pdf", content))
        assert response.status_code == 200
        [(target, text)] = browser.errors
        assert target == "id_sme_files"
        assert text.startswith("「だめ.pdf」：")
        assert browser.page.count(text) == 2  # in the summary and beside the field
        assert browser.page.count("<title>エラー：") == 1
        texts.add(text)
        assert browser.fields()["sme_remark"] == "補足です"
        assert names_in(browser.draft, Discount.SME) == ["様式5.pdf"]
    assert len(texts) == len(REFUSED)


def test_of_several_files_the_good_ones_are_taken(browser):
    files = [upload("だめ.pdf", b""), upload("様式5.pdf", pdf_of(papers.FORM5))]
    browser.presses("add-sme", sme="yes", sme_files=files)
    assert len(browser.errors) == 1
    assert names_in(browser.draft, Discount.SME) == ["様式5.pdf"]


@pytest.fixture
def with_two_files(browser) -> Browser:
    files = [upload("様式5.pdf", pdf_of(papers.FORM5)), upload("労働保険.pdf", pdf_of(papers.LABOUR))]
    browser.presses("add-sme", sme="yes", sme_method="headcount", sme_files=files)
    return browser


@pytest.mark.parametrize(
    ("action", "names"),
    [
        ("up-sme-2", ["労働保険.pdf", "様式5.pdf"]),
        ("up-sme-1", ["様式5.pdf", "労働保険.pdf"]),
        ("remove-sme-1", ["労働保険.pdf"]),
        ("remove-sme-3", ["様式5.pdf", "労働保険.pdf"]),
        ("remove-group-1", ["様式5.pdf", "労働保険.pdf"]),
        ("remove-sme-x", ["様式5.pdf", "労働保険.pdf"]),
    ],
)
def test_files_are_put_in_order_and_taken_out(with_two_files, action, names):
    with_two_files.presses(action)
    assert names_in(with_two_files.draft, Discount.SME) == names


def test_without_a_file_left_there_is_no_evidence(with_two_files):
    with_two_files.presses("remove-sme-1")
    with_two_files.presses("remove-sme-1")
    assert with_two_files.draft.sme_evidence is None


@pytest.mark.parametrize("place", [1, 2])
def test_a_file_is_replaced_at_its_place(with_two_files, place):
    names = ["様式5.pdf", "労働保険.pdf"]
    names[place - 1] = "差し替え.pdf"
    file = upload("差し替え.pdf", pdf_of(papers.DUES))
    with_two_files.presses(f"replace-sme-{place}", **{f"sme_replacement_{place}": file})
    assert names_in(with_two_files.draft, Discount.SME) == names


def test_replacing_by_what_is_not_taken_keeps_the_old_file(with_two_files):
    with_two_files.presses("replace-sme-1", sme_replacement_1=upload("だめ.pdf", b""))
    assert names_in(with_two_files.draft, Discount.SME) == ["様式5.pdf", "労働保険.pdf"]
    assert with_two_files.errors[0][1].startswith("「だめ.pdf」：")


def test_replacing_by_nothing_says_so(with_two_files):
    with_two_files.presses("replace-sme-1")
    assert with_two_files.errors == [
        ("id_sme_files", "差し替えるファイルが選ばれていません。PDFのファイルを選んでください。")
    ]


def test_what_is_in_a_file_can_be_corrected(with_two_files):
    with_two_files.presses("autosave", sme_papers_1=["income_tax"])
    parts = with_two_files.draft.sme_evidence.parts.all()
    assert [part.papers_named for part in parts] == [(Paper.INCOME_TAX,), (Paper.LABOUR,)]


def test_what_the_reader_warns_about_stands_beside_the_file_and_stops_nothing(browser):
    old = upload("登記簿.pdf", pdf_of(papers.registry("令和8年5月1日")))
    browser.presses("add-sme", sme="yes", sme_method="capital", sme_files=old)
    assert "3か月を超えています" in browser.page
    browser.presses("next")
    assert browser.path.endswith("/renewal/changed/check/")
    assert "3か月を超えています" in browser.page


def test_the_day_on_a_certificate_is_filled_in(browser):
    group = IndustryGroupFactory()
    file = upload("会員証.pdf", pdf_of(papers.certificate("令和10年3月31日")))
    browser.presses("add-group", in_group="yes", group=group.pk, group_files=file)
    assert browser.draft.certificate_valid_until == date(2028, 3, 31)
    assert browser.fields()["valid_year"] == "2028"


def test_a_day_of_the_members_own_is_not_overwritten(browser):
    group = IndustryGroupFactory()
    file = upload("会員証.pdf", pdf_of(papers.certificate("令和10年3月31日")))
    browser.presses(
        "add-group", in_group="yes", group=group.pk, group_files=file,
        valid_year="令和9", valid_month="９", valid_day="30",
    )  # fmt: skip
    assert browser.draft.certificate_valid_until == date(2027, 9, 30)


# --- 「次へ」 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "targets"),
    [
        ({"sme": "yes"}, ["id_sme_method_0"]),
        ({"sme": "yes", "sme_method": "capital"}, ["id_sme_files"]),
        ({"sme": "yes", "sme_method": "headcount"}, ["id_sme_files", "id_sme_files"]),
        ({"in_group": "yes"}, ["id_group_0"]),
        ({"sme": "yes", "in_group": "yes"}, ["id_sme_method_0", "id_group_0"]),
        ({"valid_year": "2027", "valid_month": "2", "valid_day": "30"}, ["id_valid_year"]),
        ({"sme_remark": "あ" * 301}, ["id_sme_remark"]),
    ],
)
def test_what_is_missing_is_said_in_the_summary_and_beside_the_field(browser, typed, targets):
    IndustryGroupFactory()
    browser.opens()
    browser.presses("next", **typed)
    assert [target for target, _ in browser.errors] == targets
    assert all(f'id="{target}"' in browser.page for target in targets)
    assert {name: value for name, value in browser.fields().items() if name in typed} == typed


def test_form5_alone_is_not_enough(browser):
    browser.presses(
        "next", sme="yes", sme_method="headcount", sme_files=upload("様式5.pdf", pdf_of(papers.FORM5))
    )
    [(target, text)] = browser.errors
    assert target == "id_sme_files"
    assert "「様式5 従業員数証明書」だけでは足りません" in text
    assert names_in(browser.draft, Discount.SME) == ["様式5.pdf"]


def test_a_group_that_asks_for_nothing_needs_no_papers(browser):
    group = IndustryGroupFactory(proof=ProofOfBelonging.NONE)
    browser.presses("next", in_group="yes", group=group.pk)
    assert browser.path.endswith("/renewal/changed/check/")
    assert "年会費は、83,000円から80,000円に変わります（3,000円安くなります）。" in browser.page


def test_a_sole_proprietor_is_offered_headcount_alone(clock, db, login):
    clock.set(NOW)
    renewal = RenewalFactory(establishment__sole_proprietor=True)
    page = Browser(login, renewal).opens()
    assert 'value="headcount"' in page
    assert 'value="capital"' not in page


def test_nothing_changed_leads_to_the_unchanged_way(browser, renewal):
    browser.presses("next")
    assert "今年度の内容から変更がありません" in browser.page
    assert f'href="{reverse("renewal_unchanged", args=[renewal.establishment_id])}"' in browser.page


def test_an_expired_certificate_that_is_kept_is_told(clock, db, login):
    clock.set(NOW)
    renewal = RenewalFactory(
        establishment__applied__group=IndustryGroupFactory(),
        establishment__applied__certificate_valid_until=date(2027, 1, 20),
    )
    browser = Browser(login, renewal)
    browser.opens()
    browser.presses("next")
    assert "会員証の有効期限が切れています" in browser.page


def test_the_check_page_without_a_draft_or_with_gaps_leads_back(browser, renewal):
    check = reverse("renewal_changed_check", args=[renewal.establishment_id])
    assert browser.client.get(check).url == browser.url
    browser.presses("autosave", sme="yes")
    assert browser.client.get(check).url == f"{browser.url}?check=1"
    browser.opens(check)
    assert browser.errors == [("id_sme_method_0", "証明方法を選んでください。")]


# --- 「申請する」 -------------------------------------------------------------------------------------------------


def at_the_check_page(browser: Browser) -> dict[str, str]:
    file = upload("登記簿.pdf", pdf_of(papers.registry(LAST_MONTH)))
    browser.presses("next", sme="yes", sme_method="capital", sme_remark="よろしく", sme_files=file)
    assert "まだ申請は完了していません" in browser.page
    found = dict(re.findall(r'name="(token|stamp)" value="([^"]*)"', browser.page))
    return {name: found[name] for name in ("token", "stamp")}


def submits(browser: Browser, form: dict[str, str]) -> str:
    url = reverse("renewal_changed_check", args=[browser.renewal.establishment_id])
    browser.page = browser.client.post(url, form, follow=True).content.decode()
    return browser.page


def test_what_was_checked_is_submitted_once_and_the_receipt_and_its_mail_say_it(browser, renewal):
    form = at_the_check_page(browser)
    for _ in range(2):
        page = submits(browser, form)
        assert "年度更新手続を受け付けました" in page
    for text in (
        "証明方法1（資本金を証明する）",
        "履歴事項全部証明書（登記簿.pdf、1ページ）",
        "よろしく",
        "63,000円",
    ):
        assert text in page
    submission = Submission.objects.get()
    assert (submission.sme, submission.amount) == (True, 63_000)
    [mail] = OutboxMessage.objects.filter(kind="submission_receipt")
    assert mail.params["discounts"] == ["中小企業割引：希望する（新たに希望）", "正会員団体割引：希望しない"]
    copy = browser.client.get(
        reverse("renewal_receipt_copy", args=[renewal.establishment_id, 2027, submission.version])
    )
    assert copy.content.startswith(b"%PDF")


def test_what_was_typed_since_is_not_submitted_unseen(browser, clock):
    form = at_the_check_page(browser)
    clock.set(NOW + timedelta(minutes=1))
    browser.opens()
    browser.presses("autosave", sme_remark="あとから")
    page = submits(browser, form)
    assert "確認画面を開いたあとに、入力内容が変わりました" in page
    assert not Submission.objects.exists()


def test_a_submission_that_lacks_something_by_now_leads_back_to_the_form(browser, renewal):
    form = at_the_check_page(browser)
    draft = save_draft(
        renewal_id=renewal.pk, filled=filled(sme=True, in_group=True), by=clerk_of(renewal), now=NOW
    )
    submits(browser, form | {"stamp": draft.stamp})
    assert [target for target, _ in browser.errors] == ["id_sme_method_0", "id_group_0"]


def test_a_deadline_that_passed_meanwhile_is_told(browser, clock):
    form = at_the_check_page(browser)
    clock.set(at(date(2027, 2, 11), 0))
    browser.logs_in()
    assert "締切日（2027年2月10日（水））を過ぎたため" in submits(browser, form)


def test_after_somebody_else_answered_the_receipt_is_shown(browser, renewal):
    form = at_the_check_page(browser)
    submits(browser, form)
    page = submits(browser, form | {"token": str(uuid4())})
    assert "すでに受け付けています" in page


# --- returned -----------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(browser, renewal, clock) -> Browser:
    submits(browser, at_the_check_page(browser))
    return_for_correction(
        renewal_id=renewal.pk,
        version=1,
        items=[Told(Discount.SME, "新しい登記簿を提出してください。")],
        note="お急ぎください。",
        by=staff(),
        now=NOW,
    )
    clock.set(at(date(2027, 2, 15), 9))  # after the deadline, too
    browser.logs_in()
    browser.opens()
    return browser


def test_the_form_begins_with_the_reasons_and_all_that_was_handed_in(returned):
    assert "申請内容を修正してください" in returned.page
    assert returned.page.count("新しい登記簿を提出してください。") == 2
    assert '<a href="#sme">中小企業割引</a>' in returned.page
    assert "お急ぎください。" in returned.page
    assert "登記簿.pdf" in returned.page
    assert returned.fields()["sme_remark"] == "よろしく"


def test_what_was_mended_is_submitted_as_version_2_under_the_same_number(returned, renewal):
    number = Renewal.objects.get(pk=renewal.pk).receipt_number
    first = Submission.objects.get().sme_evidence
    file = upload("新しい登記簿.pdf", pdf_of(papers.registry("令和9年1月30日")))
    returned.presses("replace-sme-1", sme_replacement_1=file)
    assert names_in(returned.draft, Discount.SME) == ["新しい登記簿.pdf"]
    returned.presses("next")
    page = submits(returned, dict(re.findall(r'name="(token|stamp)" value="([^"]*)"', returned.page)))
    assert number in page
    assert "（第2版）" in page
    assert "前回の申請から変わった点" in page
    assert "中小企業割引の書類：履歴事項全部証明書（新しい登記簿.pdf、1ページ）" in page
    assert [part.file.name for part in first.parts.all()] == ["登記簿.pdf"]


def test_home_shows_the_reasons_and_leads_to_the_form(returned, renewal):
    home = returned.opens(reverse("establishment_home", args=[renewal.establishment_id]))
    assert "中小企業割引：新しい登記簿を提出してください。" in home
    assert f'href="{returned.url}">修正する' in home
    assert "修正の期限：2027年2月8日（月）" in home


@pytest.mark.parametrize("name", ["renewal_choose", "renewal_unchanged", "renewal_withdrawal"])
def test_another_way_may_be_chosen_instead(returned, renewal, name):
    assert returned.client.get(reverse(name, args=[renewal.establishment_id])).status_code == 200


def test_the_receipt_of_what_was_returned_says_so(returned, renewal):
    page = returned.opens(reverse("renewal_receipt", args=[renewal.establishment_id, 2027, 1]))
    assert "修正をお願いしています" in page
    assert "新しい登記簿を提出してください。" in page


def test_a_discount_that_does_not_apply_is_told_with_its_reason(browser, renewal):
    submits(browser, at_the_check_page(browser))
    told = Told(Discount.SME, "資本金が3億円を超えています。")
    approve(renewal_id=renewal.pk, version=1, refused=[told], by=staff(), now=NOW)
    for name, arguments in (("establishment_home", []), ("renewal_receipt", [2027, 1])):
        page = browser.opens(reverse(name, args=[renewal.establishment_id, *arguments]))
        assert "中小企業割引：資本金が3億円を超えています。" in page
    assert "希望する（適用されませんでした）" in page
    assert "83,000円" in page
