"""The member list meets what is registered."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from audit.models import AuditEvent
from audit.trail import Actor, verify_chain
from discounts.groups import register_groups
from discounts.models import AppliedDiscounts
from fees.models import DebitMandate
from fiscal_calendar.tokyo import at
from jaim_portal.member_import.changes import ImportReport
from jaim_portal.member_import.importing import import_members, preview_import, read_list
from members.member_list import read_industry_groups
from members.models import Contact, Corporation, Establishment, EstablishmentIndustry
from tests.factories import EstablishmentFactory

OTHER = "7000012050002"  # another 法人番号
NOW = at(date(2026, 11, 20), 10)
HEADINGS = [
    "会員番号",
    "法人番号",
    "法人名",
    "法人名カナ",
    "個人事業主",
    "事業所名",
    "電話番号",
    "担当者1",
    "メールアドレス1",
    "担当者2",
    "メールアドレス2",
    "請求書送付先",
    "請求書送付先メール",
    "産業分類",
    "入会日",
    "中小企業割引",
    "正会員団体割引",
    "所属団体",
    "会員証有効期限",
    "振替口座",
    "銀行コード",
    "支店コード",
    "預金種目",
    "口座番号",
    "口座名義",
]
ROW = {
    "会員番号": "S100001",
    "法人番号": "8181590830166",
    "法人名": "㈱日の出プラスチック",
    "法人名カナ": "ヒノデプラスチック",
    "事業所名": "本社工場",
    "電話番号": "03-1234-5678",
    "担当者1": "総務課",
    "メールアドレス1": "soumu@hinode.example.jp",
    "請求書送付先": "経理課",
    "請求書送付先メール": "keiri@hinode.example.jp",
    "産業分類": "2651;1165",
    "入会日": "2025-08-16",
    "中小企業割引": "有",
    "正会員団体割引": "有",
    "所属団体": "全国金属熱処理協議会",
    "会員証有効期限": "2027-03-31",
    "振替口座": "登録済",
    "銀行コード": 1,
    "支店コード": 30,
    "預金種目": "普通",
    "口座番号": 351929,
    "口座名義": "ｶ)ﾋﾉﾃﾞ",
}
SOLE = {
    "会員番号": "S100002",
    "個人事業主": "○",
    "法人名": "髙橋縫製",
    "事業所名": "作業場",
    "メールアドレス1": "takahashi@example.jp",
    "入会日": "R7.12.27",
}


@pytest.fixture
def groups(db):
    csv = "団体名,証明書類\n全国金属熱処理協議会,会員証\n日本樹脂成形工業連合,会費支払証跡\n"
    register_groups(read_industry_groups(csv.encode()).accepted, by=Actor.job("test"), now=NOW)


def workbook(*rows: dict, headings=HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(headings))
    for row in rows:
        book.active.append([row.get(heading) for heading in headings])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def bring_in(*rows: dict, headings=HEADINGS) -> ImportReport:
    reading = read_list(workbook(*rows, headings=headings), today=NOW.date())
    return import_members(reading, fiscal_year=2026, by=Actor.job("test"), now=NOW)


def effects(report: ImportReport) -> tuple[int, int, int]:
    return len(report.added), len(report.changed), len(report.same)


def test_registers_a_member_in_every_room(groups):
    assert effects(bring_in(ROW)) == (1, 0, 0)
    member = Establishment.objects.select_related("corporation").get()
    assert (member.member_number, member.full_name) == ("S100001", "株式会社日の出プラスチック 本社工場")
    assert member.corporation.corporate_number == "8181590830166"
    assert list(member.contacts.order_by("email").values_list("role", "email")) == [
        ("billing", "keiri@hinode.example.jp"),
        ("primary", "soumu@hinode.example.jp"),
    ]
    assert [industry.code for industry in member.industries.all()] == ["1165", "2651"]
    applied = AppliedDiscounts.objects.get(establishment=member, fiscal_year=2026)
    assert (applied.sme, applied.group.name, applied.certificate_valid_until) == (
        True,
        "全国金属熱処理協議会",
        date(2027, 3, 31),
    )
    mandate = DebitMandate.objects.get(establishment=member)
    assert (mandate.bank_code, mandate.branch_code, mandate.account_number) == ("0001", "030", "0351929")


def test_keeps_the_account_number_from_the_database_and_the_trail(groups, django_assert_num_queries):
    from django.db import connection

    bring_in(ROW)
    bring_in(ROW | {"口座番号": "7654321"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_number FROM fees_debitmandate")
        assert "7654321" not in cursor.fetchone()[0]
    assert DebitMandate.objects.get().account_number == "7654321"
    assert not any("7654321" in str(event.details) for event in AuditEvent.objects.all())


def test_a_sole_proprietor_has_a_corporation_of_its_own(groups):
    bring_in(SOLE, SOLE | {"会員番号": "S100003"})
    assert Corporation.objects.filter(is_sole_proprietor=True, corporate_number=None).count() == 2
    assert effects(bring_in(SOLE, SOLE | {"会員番号": "S100003"})) == (0, 0, 2)
    assert Corporation.objects.count() == 2


def test_importing_the_same_list_again_changes_nothing(groups):
    bring_in(ROW, SOLE)
    events = AuditEvent.objects.count()
    assert effects(bring_in(ROW, SOLE)) == (0, 0, 2)
    assert AuditEvent.objects.count() == events


def test_tells_what_changed(groups):
    bring_in(ROW)
    report = bring_in(
        ROW
        | {
            "電話番号": "０３－９９９９－８８８８",
            "担当者2": "工場長",
            "メールアドレス2": "kojo@hinode.example.jp",
            "正会員団体割引": "無",
            "所属団体": None,
            "会員証有効期限": None,
            "産業分類": "1165",
            "口座番号": "7654321",
        }
    )
    assert [str(change) for change in report.changed[0].changes] == [
        "電話番号：03-1234-5678 → 03-9999-8888",
        "担当者2・メールアドレス2：（空） → 工場長 kojo@hinode.example.jp",
        "産業分類：1165、2651 → 1165",
        "正会員団体割引・所属団体：全国金属熱処理協議会 → （空）",
        "会員証有効期限：2027-03-31 → （空）",
        "口座番号：0001-030 普通 ••••929 → 0001-030 普通 ••••321（口座番号が変わります）",
    ]
    member = Establishment.objects.get()
    assert member.phone == "03-9999-8888"
    assert member.contacts.count() == 3
    assert [industry.code for industry in member.industries.all()] == ["1165"]
    applied = AppliedDiscounts.objects.get()
    assert (applied.sme, applied.group, applied.certificate_valid_until) == (True, None, None)


def test_an_account_that_looks_the_same_masked_says_what_changes(groups):
    bring_in(ROW)
    report = bring_in(ROW | {"支店コード": 31, "口座番号": 999929, "口座名義": "ｱｻﾋ"})
    assert [str(change) for change in report.changed[0].changes] == [
        "支店コード・口座番号・口座名義："
        "0001-030 普通 ••••929 → 0001-031 普通 ••••929（口座番号と口座名義が変わります）"
    ]


def test_a_contact_that_left_the_list_is_removed(groups):
    bring_in(ROW | {"担当者2": "工場長", "メールアドレス2": "kojo@hinode.example.jp"})
    assert effects(bring_in(ROW)) == (0, 1, 0)
    assert Contact.objects.filter(role="secondary").count() == 0


def test_columns_that_the_list_lacks_leave_what_is_registered_alone(groups):
    bring_in(ROW)
    few = [
        heading
        for heading in HEADINGS
        if heading in ("会員番号", "法人番号", "法人名", "事業所名", "メールアドレス1", "入会日")
    ]
    report = bring_in(ROW | {"事業所名": "本社第一工場"}, headings=few)
    assert [change.column for change in report.changed[0].changes] == ["事業所名"]
    member = Establishment.objects.get()
    assert (member.name, member.phone) == ("本社第一工場", "03-1234-5678")
    assert member.contacts.get(role="primary").name == "総務課"
    assert member.contacts.get(role="billing").email == "keiri@hinode.example.jp"
    assert EstablishmentIndustry.objects.count() == 2
    assert DebitMandate.objects.get().account_number == "0351929"
    assert AppliedDiscounts.objects.get().group is not None


@pytest.mark.parametrize(
    ("registered", "listed", "says"),
    [
        (ROW, ROW | {"法人番号": OTHER, "法人名": "旭工業㈱"}, "法人番号「8181590830166」の会員として"),
        (ROW, SOLE | {"会員番号": "S100001"}, "法人番号「8181590830166」の会員として"),
        (SOLE, ROW | {"会員番号": "S100002"}, "個人事業主の会員として"),
    ],
    ids=["another number", "a sole proprietor", "no longer a sole proprietor"],
)
def test_a_member_never_goes_to_another_corporation(groups, registered, listed, says):
    bring_in(registered)
    before = [*Establishment.objects.values(), *Corporation.objects.values(), *Contact.objects.values()]
    report = bring_in(listed)
    assert effects(report) == (0, 0, 0)
    (cell,) = report.reading.refused
    assert (cell.column, cell.code) == ("法人番号", "belongs_to_another_corporation")
    assert says in cell.reason
    assert report.refused_row_count == 1
    assert before == [
        *Establishment.objects.values(),
        *Corporation.objects.values(),
        *Contact.objects.values(),
    ]


def test_once_the_corporation_has_its_new_number_the_row_comes_in(groups):
    bring_in(ROW)
    Corporation.objects.update(corporate_number=OTHER)
    assert effects(bring_in(ROW | {"法人番号": OTHER})) == (0, 0, 1)


def test_a_member_moved_since_the_list_was_read_stops_the_import(groups):
    bring_in(ROW)
    reading = read_list(workbook(ROW, SOLE), today=NOW.date())
    Corporation.objects.update(corporate_number=OTHER)
    with pytest.raises(ValueError, match="S100001 belongs to another corporation"):
        import_members(reading, fiscal_year=2026, by=Actor.job("test"), now=NOW)
    assert Establishment.objects.count() == 1


def test_one_who_joins_only_later_is_remarked_on(groups):
    report = bring_in(ROW | {"入会日": "2026-11-21"}, SOLE | {"入会日": "2026-11-20"})
    (remark,) = (remark for remark in report.reading.remarks if remark.row_number)
    assert (remark.row_number, remark.column) == (2, "入会日")
    assert "入会日が今日より後です（2026-11-21）" in remark.text
    assert effects(report) == (2, 0, 0)


def test_the_history_of_a_member_holds_its_imports(groups):
    EstablishmentFactory(member_number="S900000")  # so that keys and places in the list differ
    bring_in(ROW)
    bring_in(ROW | {"電話番号": "03-9999-8888"}, SOLE)
    key = {member.member_number: member.pk for member in Establishment.objects.all()}
    subjects = AuditEvent.objects.filter(verb__startswith="member.").order_by("sequence")
    assert list(subjects.values_list("verb", "subject")) == [
        ("member.import_added", f"establishment:{key['S100001']}"),
        ("member.import_changed", f"establishment:{key['S100001']}"),
        ("member.import_added", f"establishment:{key['S100002']}"),
    ]


def test_establishments_of_one_corporation_share_it(groups):
    bring_in(ROW, ROW | {"会員番号": "S100009", "事業所名": "第二工場"})
    assert Corporation.objects.count() == 1
    bring_in(ROW | {"会員番号": "S100010", "事業所名": "第三工場"})
    assert Corporation.objects.get().establishments.count() == 3


def test_the_discounts_of_other_years_are_left_alone(groups):
    bring_in(ROW)
    reading = read_list(workbook(ROW | {"中小企業割引": "無"}), today=NOW.date())
    import_members(reading, fiscal_year=2027, by=Actor.job("test"), now=NOW)
    assert AppliedDiscounts.objects.get(fiscal_year=2026).sme is True
    assert AppliedDiscounts.objects.get(fiscal_year=2027).sme is False


def test_members_that_the_list_does_not_name_stay(groups):
    other = EstablishmentFactory()
    bring_in(ROW)
    assert Establishment.objects.filter(pk=other.pk, left_on=None).exists()


def test_a_preview_writes_nothing(groups):
    reading = read_list(workbook(ROW, SOLE), today=NOW.date())
    report = preview_import(reading, fiscal_year=2026, today=NOW.date())
    assert effects(report) == (2, 0, 0)
    assert Establishment.objects.count() == Corporation.objects.count() == 0


def test_all_rows_or_none(groups, monkeypatch):
    from jaim_portal.member_import import importing

    def fails(*args, **kwargs):
        raise RuntimeError

    reading = read_list(workbook(ROW), today=NOW.date())
    monkeypatch.setattr(importing, "record", fails)
    with pytest.raises(RuntimeError):
        import_members(reading, fiscal_year=2026, by=Actor.job("test"), now=NOW)
    assert Establishment.objects.count() == 0


def test_good_rows_come_in_beside_a_refused_one(groups):
    report = bring_in(ROW, SOLE | {"メールアドレス1": "takahashi(at)example"})
    assert effects(report) == (1, 0, 0)
    assert [(cell.row_number, cell.code) for cell in report.reading.refused] == [(3, "not_an_address")]


def test_the_trail_says_which_columns_changed_and_still_verifies(groups):
    bring_in(ROW)
    bring_in(ROW | {"電話番号": "03-9999-8888"})
    added, changed = AuditEvent.objects.filter(verb__startswith="member.").order_by("sequence")
    assert (added.verb, added.member_number) == ("member.import_added", "S100001")
    assert (changed.verb, changed.details) == ("member.import_changed", {"columns": ["電話番号"]})
    assert verify_chain() == AuditEvent.objects.count()


def test_the_number_of_queries_of_adding_does_not_depend_on_the_number_of_rows(
    groups, django_assert_max_num_queries
):
    rows = [ROW | {"会員番号": f"S2{place:05d}"} for place in range(60)]
    with django_assert_max_num_queries(30):
        bring_in(*rows)
    with django_assert_max_num_queries(20):
        assert effects(bring_in(*rows)) == (0, 0, 60)


def test_a_row_that_kept_its_place_is_not_a_change(groups):
    bring_in(ROW)
    report = bring_in(SOLE, ROW)
    assert effects(report) == (1, 0, 1)
    assert replace(report.same[0].row, row_number=0).member_number == "S100001"
