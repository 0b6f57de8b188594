"""A group's list is kept, and a claim on the group finds the corporation on it."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.trail import Actor
from discounts.group_list_reading import read_group_list
from discounts.group_lists import EmptyGroupList, import_group_members, listed_as
from discounts.models import GroupMember, GroupMemberList, IndustryGroup
from fiscal_calendar.tokyo import at
from tests.constraints import violates
from tests.factories import CorporationFactory, IndustryGroupFactory, UserFactory
from tests.members.member_list.conftest import csv_bytes

pytestmark = pytest.mark.django_db
HINODE, ASAHI = "8181590830166", "7000012050002"
AS_OF = date(2027, 1, 1)
NOW = at(date(2027, 1, 20), 10)
JOB = Actor.job("test")


def sent_in(*rows: tuple[str | None, str], group: IndustryGroup, as_of: date = AS_OF) -> bool:
    """The group sends in a list of numbers and names."""
    reading = read_group_list(csv_bytes([["法人番号", "会社名"], *rows]))
    return import_group_members(reading.accepted, group=group, as_of=as_of, by=JOB, now=NOW)


def listed(group: IndustryGroup) -> list[tuple[str, str | None, str]]:
    entries = GroupMember.objects.filter(member_list__group=group).order_by("member_list__as_of", "pk")
    return [(f"{each.member_list.as_of}", each.corporate_number, each.name) for each in entries]


# --- keeping a list -------------------------------------------------------------------------------------------


def test_a_list_is_kept_and_leaves_a_trace() -> None:
    group = IndustryGroupFactory()
    assert sent_in((HINODE, "㈱日の出"), ("", "旭工業"), group=group)
    assert listed(group) == [("2027-01-01", HINODE, "㈱日の出"), ("2027-01-01", None, "旭工業")]
    entry = AuditEvent.objects.latest("sequence")
    assert (entry.verb, entry.subject) == ("industry_groups.import_members", f"industrygroup:{group.pk}")
    assert entry.details == {"as_of": "2027-01-01", "members": 2, "matched": 0, "replaced": False}


def test_the_same_list_again_changes_nothing() -> None:
    group = IndustryGroupFactory()
    sent_in((HINODE, "㈱日の出"), group=group)
    before = (AuditEvent.objects.count(), GroupMember.objects.get().pk)
    assert not sent_in((HINODE, "㈱日の出"), group=group)
    assert (AuditEvent.objects.count(), GroupMember.objects.get().pk) == before


def test_a_corrected_list_takes_the_place_of_that_of_the_same_day_only() -> None:
    group, other = IndustryGroupFactory(), IndustryGroupFactory()
    for each in (group, other):
        sent_in((HINODE, "㈱日の出"), group=each)
        sent_in(("", "旭工業"), group=each, as_of=AS_OF - timedelta(days=365))
    assert sent_in((ASAHI, "旭工業"), group=group)
    assert listed(group) == [("2026-01-01", None, "旭工業"), ("2027-01-01", ASAHI, "旭工業")]
    assert listed(other) == [("2026-01-01", None, "旭工業"), ("2027-01-01", HINODE, "㈱日の出")]
    assert AuditEvent.objects.latest("sequence").details["replaced"] is True


def test_an_empty_list_would_throw_everybody_out() -> None:
    group = IndustryGroupFactory()
    sent_in((HINODE, "㈱日の出"), group=group)
    with pytest.raises(EmptyGroupList):
        sent_in(group=group)
    assert len(listed(group)) == 1


def test_a_long_list_is_written_many_rows_at_a_time(
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    group = IndustryGroupFactory()
    rows = [("", f"第{number}製作所") for number in range(2000)]
    with django_assert_max_num_queries(30):
        sent_in(*rows, group=group)
    assert GroupMember.objects.count() == 2000


# --- finding a corporation ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "name", "confirmed"),
    [
        # By number, whatever the name.
        (HINODE, "株式会社日の出プラスチック", True),
        (HINODE, "", True),
        (HINODE, "ヒノデ", True),
        # Another number is another company, however alike the names.
        (ASAHI, "株式会社日の出プラスチック", False),
        # By name, where the list has no number.
        ("", "株式会社日の出プラスチック", True),
        ("", "㈱日の出プラスチック", True),
        ("", "（株）　日の出ﾌﾟﾗｽﾁｯｸ", True),
        ("", "日の出プラスチック", True),
        ("", "有限会社日の出プラスチック", False),
        ("", "日の出プラスチック株式会社", False),
        ("", "株式会社日の出", False),
    ],
)
def test_a_company(number: str, name: str, confirmed: bool) -> None:
    group = IndustryGroupFactory()
    company = CorporationFactory(corporate_number=HINODE, name="株式会社日の出プラスチック")
    sent_in((number, name), ("", "他社"), group=group)
    assert (listed_as(group, company) is not None) is confirmed
    assert listed_as(IndustryGroupFactory(), company) is None


@pytest.mark.parametrize(
    ("number", "name", "confirmed"),
    [
        ("", "高橋一郎", True),
        ("", "髙橋　一郎", True),
        ("個人", "高橋 一郎", True),
        # It has no number, so whoever has one is somebody else.
        (HINODE, "髙橋 一郎", False),
        ("", "株式会社高橋一郎", False),
    ],
)
def test_a_sole_proprietor(number: str, name: str, confirmed: bool) -> None:
    group = IndustryGroupFactory()
    sent_in((number, name), group=group)
    assert (listed_as(group, CorporationFactory(sole_proprietor=True)) is not None) is confirmed


def test_the_newest_list_counts() -> None:
    group = IndustryGroupFactory()
    left = CorporationFactory(corporate_number=HINODE)
    joined = CorporationFactory(corporate_number=ASAHI)
    sent_in((ASAHI, "旭"), group=group)
    sent_in((HINODE, "日の出"), group=group, as_of=AS_OF - timedelta(days=1))
    assert listed_as(group, left) is None
    entry = listed_as(group, joined)
    assert entry is not None
    assert (entry.name, entry.member_list.as_of) == ("旭", AS_OF)


def test_a_number_goes_before_a_name_in_one_query(django_assert_num_queries: Callable[..., Any]) -> None:
    group = IndustryGroupFactory()
    company = CorporationFactory(corporate_number=HINODE, name="株式会社旭")
    sent_in(("", "株式会社旭"), (HINODE, "日の出"), group=group)
    with django_assert_num_queries(1):
        entry = listed_as(group, company)
    assert entry is not None
    assert entry.corporate_number == HINODE


# --- what the database holds ----------------------------------------------------------------------------------


@pytest.fixture
def kept() -> GroupMemberList:
    return GroupMemberList.objects.create(group=IndustryGroupFactory(), as_of=AS_OF, imported_at=NOW)


def entry(kept: GroupMemberList, number: str | None = None, key: str = "") -> None:
    GroupMember.objects.create(member_list=kept, row_number=2, corporate_number=number, name_key=key)


def test_a_group_has_one_list_a_day(kept: GroupMemberList) -> None:
    with violates("one_member_list_per_group_and_day"):
        GroupMemberList.objects.create(group=kept.group, as_of=AS_OF, imported_at=NOW)


def test_a_number_stands_once_in_a_list(kept: GroupMemberList) -> None:
    entry(kept, HINODE, "旭")
    entry(kept, ASAHI, "旭")
    with violates("group_member_number_once_per_list"):
        entry(kept, HINODE, "日の出")


def test_a_name_without_a_number_stands_once_in_a_list(kept: GroupMemberList) -> None:
    entry(kept, None, "旭")
    with violates("group_member_without_number_once_per_list"):
        entry(kept, None, "旭")


def test_an_entry_names_somebody(kept: GroupMemberList) -> None:
    with violates("group_member_has_number_or_name"):
        entry(kept)


def test_a_number_has_13_digits(kept: GroupMemberList) -> None:
    with violates("group_member_number_has_13_digits"):
        entry(kept, "123")


# --- the command ----------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    rows = [["法人番号", "会社名"], [HINODE, "㈱日の出"], [HINODE, "㈱日の出"], ["1", "旭工業"], ["", "共立"]]
    path.write_bytes(csv_bytes(rows, encoding="cp932"))
    return path


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("import_group_members", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_keeps_the_list_and_tells_what_it_left_out(file: Path, clock: Any) -> None:
    clock.set(NOW)
    group = IndustryGroupFactory(name="一般社団法人全国鋳造会")
    said = run("全国鋳造会", file)
    assert "一般社団法人全国鋳造会の会員名簿（2027-01-20）" in said
    assert "2社を取り込みました。同じ会社の行 1。取り込めない項目 1。" in said
    assert "取り込めない 4行目 法人番号「1」" in said
    assert [name for _, _, name in listed(group)] == ["㈱日の出", "共立"]
    assert AuditEvent.objects.latest("sequence").actor == "job:import_group_members"
    assert "変更はありません。" in run(group.name, file)


def test_a_dry_run_writes_nothing(file: Path) -> None:
    group = IndustryGroupFactory()
    assert "確認のみ" in run(group.name, file, "--dry-run")
    assert (listed(group), AuditEvent.objects.count()) == ([], 0)


def test_the_day_of_the_list_may_be_told(file: Path, clock: Any) -> None:
    clock.set(NOW)
    group = IndustryGroupFactory()
    run(group.name, file, "--as-of", "2026-12-01")
    assert {day for day, _, _ in listed(group)} == {"2026-12-01"}
    with pytest.raises(CommandError, match="今日までの日付"):
        run(group.name, file, "--as-of", "2027-01-21")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "ファイルが空です"),
        ("No,住所\n1,川口市\n", "見出しの行が見つかりません"),
        ("会社名\n", "1社もありません"),
        ("法人番号,会社名\n123,旭\n", "1社もありません"),
    ],
)
def test_a_file_that_holds_no_list_is_refused(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=says):
        run(IndustryGroupFactory().name, path)


def test_a_group_has_to_be_known(file: Path) -> None:
    IndustryGroupFactory(name="全国鋳造会")
    with pytest.raises(CommandError, match="「全国鋳造会」ではありませんか"):
        run("全国鋳物会", file)


# --- in the admin ---------------------------------------------------------------------------------------------


@pytest.fixture
def browser(login: Any) -> Client:
    return login(UserFactory(manager=True))


def test_the_lists_are_to_be_looked_at(browser: Client) -> None:
    group = IndustryGroupFactory(name="全国鋳造会")
    sent_in((HINODE, "㈱日の出"), ("", "髙橋 一郎"), group=group)
    sent_in(("", "共立"), group=group, as_of=AS_OF - timedelta(days=1))
    newest = GroupMemberList.objects.get(as_of=AS_OF)
    page = browser.get(reverse("admin:discounts_groupmemberlist_changelist"))
    link = f"{reverse('admin:discounts_groupmember_changelist')}?member_list={newest.pk}"
    assert f'<a href="{link}">2社を見る</a>' in page.content.decode()
    entries = browser.get(link).context["cl"].result_list
    assert [str(each) for each in entries] == ["㈱日の出", "髙橋 一郎"]
    for model, key in (("groupmemberlist", newest.pk), ("groupmember", entries[0].pk)):
        assert browser.get(reverse(f"admin:discounts_{model}_change", args=[key])).status_code == 200
        assert browser.get(reverse(f"admin:discounts_{model}_add")).status_code == 403


@pytest.mark.parametrize(
    ("term", "names"),
    [(HINODE, ["㈱日の出"]), ("日の出", ["㈱日の出"]), ("高橋　一", ["髙橋 一郎"]), ("他社", [])],
)
def test_companies_are_found_by_number_and_name(browser: Client, term: str, names: list[str]) -> None:
    sent_in((HINODE, "㈱日の出"), ("", "髙橋 一郎"), group=IndustryGroupFactory())
    page = browser.get(reverse("admin:discounts_groupmember_changelist"), {"q": term})
    assert [str(each) for each in page.context["cl"].result_list] == names
