"""Receipt numbers: short enough for the phone, with a check digit against slips of the ear."""

import re
import unicodedata

from stdnum import damm


def receipt_number(*, fiscal_year: int, renewal_id: int) -> str:
    """``27-000-0123-0``: two digits of the year, seven or more of the renewal, one check digit (Damm)."""
    serial = f"{renewal_id:07d}"
    digits = f"{fiscal_year % 100:02d}{serial}"
    return f"{digits[:2]}-{serial[:-4]}-{serial[-4:]}-{damm.calc_check_digit(digits)}"


def parse_receipt_number(text: str) -> str | None:
    """The receipt number that ``text`` spells, in its canonical form; None if a digit is wrong or missing.

    Takes it as people type it: full-width digits, any hyphens or blanks, or none.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    if len(digits) < 10 or not damm.is_valid(digits):
        return None
    return f"{digits[:2]}-{digits[2:-5]}-{digits[-5:-1]}-{digits[-1]}"
