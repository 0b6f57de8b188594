"""The text layer of a page made legible: one width, no blanks inside words, no ruled lines, no rubble of fonts.

PDF producers place characters, not words. The same title reaches us with blanks between its characters, broken over
lines, one character a line, or in look-alikes of kanji that only fonts know.
"""

import re
import unicodedata
from dataclasses import dataclass

from members.member_list.characters import hyphens_between_digits, new_kanji

PAGE_LIMIT = 12_000  # characters: a page of a paper has about 3,000; beyond this it is no page of ours
LETTERS_OF_A_TEXT_LAYER = 10  # a scan with a stamped page number or fax header has fewer

_RUBBLE = re.compile(
    r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd\ud800-\udfff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_RULES = re.compile(r"[\u2501-\u257f\u2580-\u259f|]|─{2,}|-{3,}|_{2,}|={3,}|\.{4,}|…+|・{3,}")
# Radicals that some fonts map kanji to; NFKC knows the Kangxi block only.
_RADICALS = str.maketrans(
    "⺟⺠⻁⻄⻅⻆⻉⻋⻑⻔⻘⻛⻝⻢⻣⻤⻥⻦⻨⻩⻫⻭⻯⻲", "母民虎西見角貝車長門青風食馬骨鬼魚鳥麦黄斉歯竜亀"
)
_BREAKS = re.compile(r"[\r\n\v\f\u0085\u2028\u2029]+")
_BLANKS = re.compile(r"\s+")
_SPREAD_WORD = re.compile(r"(?<!\S)\S(?: \S){2,}(?!\S)")
_SPREAD_AMOUNT = re.compile(r"(?<![0-9,.])[0-9](?: ?[0-9,]){2,}(?=[円人名])")
_BREAK_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9A-Za-z])\n(?=[0-9A-Za-z])")
_BLANK_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9A-Za-z]) (?=[0-9A-Za-z])")


@dataclass(frozen=True)
class Legible:
    """A page as it can be searched.

    ``lines`` keep single blanks between words and the spelling of names; ``flow`` is the whole page without blanks
    or breaks (but between two numbers, which must not become one) and with new forms of kanji.
    """

    lines: tuple[str, ...]
    flow: str

    @property
    def is_text(self) -> bool:
        """False for a picture without a text layer, or one too thin to say anything."""
        return sum(character.isalnum() for character in self.flow) >= LETTERS_OF_A_TEXT_LAYER


def legible(page: str) -> Legible:
    """The page's text layer, at most ``PAGE_LIMIT`` characters of it."""
    text = _RUBBLE.sub("", page[:PAGE_LIMIT]).translate(_RADICALS)
    text = _CONTROL.sub(" ", _RULES.sub(" ", text))
    lines = _upright([tidy for line in _BREAKS.split(text) if (tidy := _tidy(line))])
    return Legible(tuple(lines), compact("\n".join(lines)))


def compact(text: str) -> str:
    """``text`` without blanks and breaks except between numbers, in new forms of kanji."""
    text = _BREAK_BETWEEN_NUMBERS.sub("\v", text)
    text = _BLANK_BETWEEN_NUMBERS.sub("\t", text)
    return new_kanji(text.replace(" ", "").replace("\n", "")).replace("\v", "\n").replace("\t", " ")


def _tidy(line: str) -> str:
    text = unicodedata.normalize("NFKC", line).replace("\\", "¥")
    text = hyphens_between_digits(_BLANKS.sub(" ", text).strip())
    text = _SPREAD_WORD.sub(lambda word: word[0].replace(" ", ""), text)
    return _SPREAD_AMOUNT.sub(lambda amount: amount[0].replace(" ", ""), text)


def _upright(lines: list[str]) -> list[str]:
    """Words set downwards, one character a line, put on one line."""
    upright: list[str] = []
    column: list[str] = []
    for line in [*lines, ""]:
        if len(line) == 1:
            column.append(line)
            continue
        upright += ["".join(column)] if len(column) > 2 else column
        column = []
        if line:
            upright.append(line)
    return upright
