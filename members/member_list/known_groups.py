"""Industry groups (正会員団体) by name, however offices write the name."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from members.member_list.characters import katakana, text_of
from members.member_list.refusal import CellRefused, CellValue

_LEGAL_FORM = re.compile(r"(一般|公益)(社団|財団)法人|\([一公](社|財)\)")


class KnownGroups:
    """Names of groups, found again whatever the width, blanks, dashes or legal form."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._by_key: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if name not in self._names:
            self._names.add(name)
            self._by_key[_key(name)].append(name)

    def named(self, value: CellValue) -> str:
        """The known spelling; the one as written, where several differ in their legal form only. Raises
        ``CellRefused``: ``ambiguous`` where none of these is as written, or ``unknown``, naming the nearest group if
        one is near."""
        name = text_of(value)
        if name in self._names:
            return name
        spellings = self._by_key.get(_key(name), [])
        if len(spellings) > 1:
            raise CellRefused(
                "ambiguous",
                f"「{'」「'.join(spellings)}」のどれか分かりません。団体名を団体一覧のとおりに入力してください。",
            )
        return spellings[0] if spellings else self._refuse(name)

    def other_spelling(self, name: str) -> str:
        """A known name that is the same but for its spelling, or an empty text."""
        return "" if name in self._names else next(iter(self._by_key.get(_key(name), [])), "")

    def _refuse(self, name: str) -> str:
        if not self._names:
            raise CellRefused(
                "unknown", "正会員団体が1つも登録されていません。先に団体一覧を取り込んでください。"
            )
        near = difflib.get_close_matches(_key(name), self._by_key, n=1, cutoff=0.75)
        hint = f"「{self._by_key[near[0]][0]}」ではありませんか。" if near else ""
        raise CellRefused(
            "unknown", f"登録されていない団体です。{hint}団体名を団体一覧のとおりに入力してください。"
        )


def _key(name: str) -> str:
    text = katakana(unicodedata.normalize("NFKC", name).casefold()).replace(" ", "")
    return _LEGAL_FORM.sub("", text)
