"""Who a row is about: the member number, the legal person behind it, and whether both are who the portal knows."""

from datetime import date

from members.member_list.cells import Cells
from members.member_list.characters import is_blank, text_of
from members.member_list.corporations import same_name
from members.member_list.dates import calendar_date
from members.member_list.marks import is_sole_proprietor
from members.member_list.names import name_as_written
from members.member_list.numbers import corporate_number, member_number
from members.member_list.registered_members import RegisteredMember, RegisteredMembers

_ADMITTED_ANEW = "再入会のときは、新しい会員番号で登録します。"
_STAYS = frozenset({"なし", "無", "無し", "在籍", "在籍中"})


def number_of_member(cells: Cells, first_rows: dict[str, int]) -> str:
    """The member number; refused (``appears_twice``) where a row above has it."""
    number = cells.require("会員番号", member_number, "")
    if number and (first := first_rows.setdefault(number, cells.row.number)) != cells.row.number:
        cells.refuse(
            "会員番号",
            "appears_twice",
            f"{first}行目と同じ会員番号です。どちらかの番号を直すか、不要な行を削除してください。",
        )
    return number


def legal_person(cells: Cells, member: RegisteredMember | None) -> tuple[bool, str | None]:
    """Whether it is a sole proprietor, and the 法人番号, which all others must have (domain: section 1). A list
    without the column leaves a registered sole proprietor one."""
    if cells.has("個人事業主"):
        alone = cells.take("個人事業主", is_sole_proprietor, False)
    else:
        alone = member is not None and member.corporate_number is None and cells.is_blank("法人番号")
    if not alone:
        return False, cells.require("法人番号", corporate_number, "")
    if not cells.is_blank("法人番号"):
        cells.refuse(
            "法人番号",
            "given_though_sole_proprietor",
            "個人事業主には法人番号がありません。法人番号を消すか、「個人事業主」を空にしてください。",
        )
    return True, None


def keep_with_its_corporation(
    cells: Cells, number: str, listed: str | None, member: RegisteredMember
) -> None:
    """Refuse a row that would hand a registered member to another legal person: far more often it is a number
    mistyped, or a row copied."""
    known = member.corporate_number
    if listed == known:
        return
    owner = f"法人番号「{known}」の会員" if known else "個人事業主の会員"
    cells.refuse(
        "法人番号",
        "belongs_to_another_corporation",
        f"会員番号「{number}」は、{owner}として登録されています。会員番号か法人番号を直してください。"
        "法人が本当に変わったときは、先に管理画面の「法人」で法人番号を、または「事業所」で法人を変更してください。",
    )


def name_of_corporation(cells: Cells, number: str | None, registered: RegisteredMembers) -> str:
    """法人名 as written. Refused where it is another than the registered one of ``number``: one row with a number
    mistyped would rename the corporation for all of its members."""
    name = cells.require("法人名", name_as_written, "")
    known = registered.corporation_names.get(number or "")
    if name and known and not same_name(name, known):
        cells.refuse(
            "法人名",
            "corporation_has_another_name",
            f"法人番号「{number}」は「{known}」として登録されています。法人番号か法人名を直してください。"
            "法人名が本当に変わったときは、先に管理画面の「法人」で法人名を変更してください。",
        )
    return name


def day_of_joining(cells: Cells, member: RegisteredMember | None) -> date | None:
    """入会日; refused after a day of leaving that is still to come."""
    day = cells.require("入会日", calendar_date, None)
    left_on = member.left_on if member and not member.has_left else None
    if day and left_on and day > left_on:
        cells.refuse(
            "入会日",
            "joins_after_leaving",
            f"入会日が、登録されている退会日（{left_on:%Y-%m-%d}）より後です。入会日を直してください。"
            f"{_ADMITTED_ANEW}",
        )
    return day


def refuse_who_has_left(cells: Cells, number: str, member: RegisteredMember | None) -> None:
    """Refuse leavers: whose row names a day of leaving, and who is off the roster. An import neither withdraws a
    member nor brings one back: rejoining is a new admission (domain: section 4)."""
    leaving = cells.value("退会日")
    if not is_blank(leaving) and not (isinstance(leaving, str) and text_of(leaving) in _STAYS):
        cells.refuse(
            "退会日",
            "has_left",
            "退会日が入っている行は取り込みません。在籍中の会員なら、退会日を消してください。",
        )
    if member and member.has_left:
        cells.refuse(
            "会員番号",
            "has_left",
            f"会員番号「{number}」の会員は、{member.left_on:%Y-%m-%d}に退会しています。"
            f"この行を名簿から除いてください。{_ADMITTED_ANEW}",
        )
