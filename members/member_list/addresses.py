"""Where a member can be reached: postal address, phone, e-mail."""

import re

from members.member_list.characters import (
    code_text,
    full_width_kana,
    half_width_alphanumerics,
    hyphens_between_digits,
    is_number,
    text_of,
    within,
)
from members.member_list.refusal import CellRefused, CellValue

ADDRESS_LIMIT = 300
EMAIL_LIMIT = 254

_PREFECTURES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県"
    " 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県"
    " 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県"
    " 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
)
PREFECTURES = tuple(_PREFECTURES.split())
_PREFECTURE_BY_SHORT_NAME = {name: name for name in PREFECTURES} | {
    name[:-1]: name for name in PREFECTURES if name != "北海道"
}
# Only these have postal codes that begin with 0 (00-09), the zero a spreadsheet eats.
_POSTAL_CODE_BEGINS_WITH_0 = frozenset({"北海道", "青森県", "岩手県", "秋田県"})

_MAIL_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_MAIL_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MAIL = re.compile(
    rf"(?=.{{1,64}}@){_MAIL_LOCAL}@(?:{_MAIL_LABEL}\.)+(?:xn--[a-z0-9-]{{1,58}}[a-z0-9]|[a-z]{{2,63}})"
)
_BLANKS_AROUND_AT = re.compile(r"\s*@\s*")

_PHONE_LABEL = re.compile(r"^(tel|電話番号|電話)[.:]? *", re.IGNORECASE)
_SWITCHBOARD = re.compile(r" *\((代|代表)\)$| +(代|代表)$")
_PHONE_SEPARATOR = re.compile(r"[-().\s/]+")


def prefecture(value: CellValue) -> str:
    """One of the 47, 東京 meaning 東京都. Raises ``CellRefused`` (``not_a_prefecture``)."""
    name = text_of(value).replace(" ", "")
    if name not in _PREFECTURE_BY_SHORT_NAME:
        raise CellRefused(
            "not_a_prefecture", "都道府県名ではありません。「埼玉県」のように入力してください。"
        )
    return _PREFECTURE_BY_SHORT_NAME[name]


def prefecture_at_start(address: str) -> str:
    """The prefecture that an address begins with, spelled in full, or an empty text."""
    return next((name for name in PREFECTURES if address.startswith(name)), "")


def street_address(value: CellValue) -> str:
    """住所: as written, with half-width digits and letters, and plain hyphens between numbers."""
    address = hyphens_between_digits(half_width_alphanumerics(full_width_kana(text_of(value))))
    return within(address, ADDRESS_LIMIT)


def postal_code(value: CellValue, *, prefecture: str = "") -> str:
    """123-4567.

    A leading zero that a spreadsheet ate is put back, 10010 → 001-0010, where no other reading is possible:
    the prefecture is one whose codes begin with 0, or is not given and the cell is a number. Raises
    ``CellRefused`` (``not_7_digits``).
    """
    digits = code_text(value).removeprefix("〒").strip().replace(" ", "")
    if re.fullmatch(r"[0-9]{5,6}", digits) and (
        prefecture in _POSTAL_CODE_BEGINS_WITH_0 or (not prefecture and is_number(value))
    ):
        digits = digits.zfill(7)
    if not re.fullmatch(r"[0-9]{3}-?[0-9]{4}", digits):
        raise CellRefused("not_7_digits", "郵便番号は7桁の数字です。「123-4567」のように入力してください。")
    return f"{digits[:3]}-{digits[-4:]}"


def phone_number(value: CellValue) -> str:
    """Digits with hyphens, as written where they were parted; mobile, 03, 06 and free-dial numbers are
    parted by us.

    A leading zero that a spreadsheet ate is put back: 334561234 → 03-3456-1234, 9012345678 → 090-1234-5678;
    +81 is 0, and （代表） behind the number is dropped. Raises ``CellRefused`` (``not_a_phone_number``) unless 10
    digits beginning with 0 are left, or 11 of a mobile number or such.
    """
    text = _SWITCHBOARD.sub("", _PHONE_LABEL.sub("", code_text(value)))
    text = re.sub(r"^\+ ?81[- ]?(\(0\))?[- ]?0?", "0", text)
    groups = [group for group in _PHONE_SEPARATOR.split(text) if group]
    digits = "".join(groups)
    if len(groups) == 1 and re.fullmatch(r"[1-9][0-9]{8}|[2-9]0[0-9]{8}", digits):
        digits = f"0{digits}"
        groups = [digits]
    if not re.fullmatch(r"0[1-9][0-9]{8}|0[25-9]0[0-9]{8}", digits) or len(groups) > 4:
        raise CellRefused(
            "not_a_phone_number",
            "電話番号として読めません。0から始まる10桁または11桁を「03-1234-5678」のように、"
            "1つだけ入力してください。",
        )
    return "-".join(groups if len(groups) > 1 else _parted(digits))


def _parted(digits: str) -> list[str]:
    """The usual groups of a number written solid; one group where only a table of area codes would know."""
    if digits.startswith(("0120", "0570", "0800", "0990")):
        return [digits[:4], digits[4:7], digits[7:]]
    if len(digits) == 11:
        return [digits[:3], digits[3:7], digits[7:]]
    if digits.startswith(("03", "06")):
        return [digits[:2], digits[2:6], digits[6:]]
    return [digits]


def email_address(value: CellValue) -> str:
    """The address in lower-case ASCII; full width, blanks around it and around @, capitals, mailto: are
    mended.

    Raises ``CellRefused`` (``not_an_address``): also for two addresses in one cell, since each has a
    column.
    """
    address = _BLANKS_AROUND_AT.sub("@", code_text(value)).lower()
    address = address.removeprefix("mailto:").strip("<>;, 、'\"")
    if address.count("@") > 1 and _MAIL.search(address):
        raise CellRefused("not_an_address", "メールアドレスは1つの欄に1つだけ入力してください。")
    if len(address) > EMAIL_LIMIT or not _MAIL.fullmatch(address):
        raise CellRefused(
            "not_an_address", "メールアドレスとして読めません。「soumu@example.jp」の形で入力してください。"
        )
    return address
