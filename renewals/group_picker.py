"""Choosing an industry group out of many: what stands in the list, and by which words it is found."""

from collections.abc import Iterable
from dataclasses import dataclass

from discounts.models import IndustryGroup
from discounts.requirements import ProofOfBelonging
from members.member_list.characters import hiragana, new_kanji


@dataclass(frozen=True)
class GroupChoice:
    """One line of the list. ``words`` is what the filter looks through, spelled as :func:`search_key` spells."""

    key: int
    name: str
    kana: str
    note: str
    proof: ProofOfBelonging
    words: str
    chosen: bool
    this_year: bool

    @property
    def asks_for_proof(self) -> bool:
        return self.proof != ProofOfBelonging.NONE


def choices(
    groups: Iterable[IndustryGroup], *, chosen: int | None, this_year: int | None
) -> list[GroupChoice]:
    """The lines of the list, in the order of ``groups``."""
    return [
        GroupChoice(
            key=group.pk,
            name=group.name,
            kana=group.name_kana,
            note=group.note,
            proof=ProofOfBelonging(group.proof),
            words=_words(group),
            chosen=group.pk == chosen,
            this_year=group.pk == this_year,
        )
        for group in groups
    ]


def search_key(text: str) -> str:
    """``text`` as the filter compares it: kana of any kind as hiragana, widths, capitals and blanks out of the way.

    ``static/js/group-filter.js`` spells what is typed in the same way.
    """
    return "".join(hiragana(text).casefold().split())


def _words(group: IndustryGroup) -> str:
    spellings = (group.name, new_kanji(group.name), group.name_kana)
    return " ".join(dict.fromkeys(search_key(spelling) for spelling in spellings if spelling))
