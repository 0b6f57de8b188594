"""The name a member gave a file, fit to be shown and to be offered as a download."""

import re
import unicodedata

LONGEST = 200  # characters
UNNAMED = "無題.pdf"
_UNFIT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control and format characters, surrogates, line breaks


def clean_name(name: str) -> str:
    """``name`` without folders and characters that cannot be seen, at most ``LONGEST`` characters, its end kept."""
    seen = "".join(
        character
        for character in name
        if unicodedata.category(character) not in _UNFIT or character.isspace()
    )
    tidy = " ".join(re.split(r"[/\\]", seen)[-1].split())
    if not tidy.strip(". "):
        return UNNAMED
    if len(tidy) <= LONGEST:
        return tidy
    stem, dot, ending = tidy.rpartition(".")
    ending = dot + ending if stem and len(ending) <= 8 else ""
    return tidy[: LONGEST - len(ending)] + ending
