"""Companies' names on papers: which ones a page shows, and whether it mentions a given one."""

import re
from collections.abc import Iterable, Iterator, Sequence

from members.member_list.corporations import plain_name
from members.member_list.names import LEGAL_FORMS, spell_out_legal_form

_FORMS = "|".join((*LEGAL_FORMS, "株式會社", "有限會社", "一般社団法人", "一般財団法人", "協同組合"))
_LETTERS = r"一-龥々〆ヶ〇㐀-䶿豈-﫿𠀀-𪛟ぁ-ゖァ-ヺー・A-Za-z0-9&'.\-"
_WITH_FORM = re.compile(
    rf"(?P<before>[{_LETTERS}]{{0,40}})(?P<form>{_FORMS})(?P<blank> ?)(?P<after>[{_LETTERS}]{{0,40}})"
)
_LABEL = (
    r"(?:商号(?:又は名称)?|(?:事業|事業所|事業場|会社|法人|企業|団体|会員|組合員)の?(?:名称?|氏名)|名称|屋号"
    r"|(?:氏名|住所)(?:又は|および|及び)名称|徴収義務者|事業主|納税者|申告者|宛名|貴社名|会員)"
)
_LABELLED = re.compile(rf"{_LABEL}(?:\([^()]{{1,12}}\))?(?:[::] ?| )(?P<name>[^ ::。、()「」]{{2,60}})")
_LABEL_ALONE = re.compile(rf"{_LABEL}(?:\([^()]{{1,12}}\))?[::]?")
_LEADING_LABEL = re.compile(rf"^(?:.*(?:[一-龥]は|当社|弊社|貴社)|{_LABEL})")
_ADDRESSEE = re.compile(r"(?P<name>[^ 。、]{2,60}) ?(?:殿|様|御中)$")
_WHERE_A_NAME_ENDS = re.compile(
    r"(?:代表取締役|代表社員|代表者|取締役|殿|様|御中|本店|本社|所在|住所|商号|会社法人等|(?<=[一-龥ー])[はがを](?![ぁ-ゖ]{2})|の[一-龥]).*"
)
_WORDS_OF_NAMES = 2  # letters; a shorter name would be found on every page
_HIGHEST_COUNT = 20  # names kept of a page


def names_on(lines: Sequence[str]) -> tuple[str, ...]:
    """The names a page shows with a legal form, a label (商号, 企業名, 徴収義務者…) or 殿, in their order."""
    found: dict[str, None] = {}
    for index, line in enumerate(lines):
        for name in _names_in(spell_out_legal_form(line), lines[index + 1 : index + 2]):
            found.setdefault(name)
    return tuple(found)[:_HIGHEST_COUNT]


def mentions(text: str, *, shown: Iterable[str], company: str) -> bool:
    """Whether ``company`` is named in ``text`` (a page as ``plain_name`` leaves it), spelled however.

    ``shown`` are the names found on the page. A longer name that begins alike (青葉精機製作所 for 青葉精機) is another
    company's; a name of one or two characters has to be shown as a name.
    """
    name = plain_name(company)
    if not name:
        return False
    others = [plain_name(other) for other in shown]
    if name in others:
        return True
    if len(name) <= _WORDS_OF_NAMES:
        return False
    return text.count(name) > sum(other.count(name) for other in others)


def _names_in(line: str, below: Sequence[str]) -> Iterator[str]:
    with_form = [name for found in _WITH_FORM.finditer(line) if (name := _with_form(found))]
    if with_form:
        yield from with_form
        return
    if _LABEL_ALONE.fullmatch(line):
        for name in below:
            if 2 <= len(name) <= 60 and not _LABEL_ALONE.fullmatch(name):
                yield from [shown for found in _WITH_FORM.finditer(name) if (shown := _with_form(found))] or [
                    name
                ]
        return
    for pattern in (_LABELLED, _ADDRESSEE):
        if found := pattern.search(line):
            name = _WHERE_A_NAME_ENDS.sub("", found["name"])
            if len(name) >= _WORDS_OF_NAMES:
                yield name
            return


def _with_form(found: re.Match[str]) -> str:
    """The name with its legal form, before or behind: 株式会社青葉 or 青葉株式会社; "" for a form alone."""
    form = found["form"]
    before = _LEADING_LABEL.sub("", found["before"])
    after = _WHERE_A_NAME_ENDS.sub("", found["after"])
    if before:
        return before + form
    if after and not _LABEL_ALONE.fullmatch(after):
        return form + after
    return ""
