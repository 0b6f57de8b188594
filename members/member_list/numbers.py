"""Numbers that name something: members, corporations, industries."""

import re

from stdnum.jp import cn

from members.member_list.characters import code_text, is_number
from members.member_list.refusal import CellRefused, CellValue

_MEMBER_NUMBER = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])?")
_EXPONENT = re.compile(r"\d+(\.\d+)?E\+?\d+", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;,、，・/|\s]+")


def member_number(value: CellValue) -> str:
    """会員番号: capitals, digits and hyphens, at most 20; widths and blanks are mended.

    Raises ``CellRefused`` (``not_a_member_number``).
    """
    text = code_text(value).replace(" ", "").upper()
    if not _MEMBER_NUMBER.fullmatch(text):
        raise CellRefused(
            "not_a_member_number",
            "会員番号として読めません。半角の英数字とハイフンで20文字以内にしてください。",
        )
    return text


def corporate_number(value: CellValue) -> str:
    """法人番号: 13 digits with a right check digit (domain: "Who is who"); hyphens, widths, blanks and a
    leading T are mended. Raises ``CellRefused`` (``not_13_digits``, ``check_digit``)."""
    text = code_text(value).replace(" ", "").replace("-", "").upper()
    if _EXPONENT.fullmatch(text) and not text.isdigit():
        raise CellRefused(
            "not_13_digits",
            "表計算ソフトが法人番号を指数の形に変え、桁が失われています。"
            "書式を「文字列」にして13桁を入力し直してください。",
        )
    digits = text.removeprefix("T")
    if not re.fullmatch(r"[0-9]{13}", digits):
        raise CellRefused(
            "not_13_digits", "法人番号は13桁の数字です。国税庁の法人番号公表サイトで確かめてください。"
        )
    if not cn.is_valid(digits):
        raise CellRefused(
            "check_digit",
            "法人番号の検査用数字（先頭の1桁）が合いません。"
            "打ち間違いがないか、国税庁の法人番号公表サイトで確かめてください。",
        )
    return digits


def industry_codes(value: CellValue) -> tuple[str, ...]:
    """産業分類: codes of the Japan Standard Industrial Classification, two to four digits, each once, in
    the order written, parted by ; , 、 ・ blanks or line breaks.

    A number cell has lost its leading zero where the code says so: food industries begin with 09, so 929
    was 0929 and 9 was 09; in a text cell 929 stays what it is, a three-digit code. Raises ``CellRefused``
    (``not_an_industry_code``).
    """
    codes = [code for code in _SEPARATORS.split(code_text(value)) if code]
    if is_number(value):
        codes = [_with_lost_zero(code) for code in codes]
    if not codes or not all(re.fullmatch(r"[0-9]{2,4}", code) and code[:2] != "00" for code in codes):
        raise CellRefused(
            "not_an_industry_code",
            "産業分類として読めません。日本標準産業分類の2～4桁の数字を「;」で区切って入力してください。",
        )
    return tuple(dict.fromkeys(codes))


def _with_lost_zero(code: str) -> str:
    return f"0{code}" if len(code) in (1, 3) and code.startswith("9") else code
