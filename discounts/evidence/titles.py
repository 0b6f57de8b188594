"""Which paper a page is, by its title, else by the sentences that only this paper has.

Papers name each other: 様式5 asks for its companions, a covering letter lists what it covers. So a title counts only
where it fills most of a line (or of two or three, for titles broken over lines), and the topmost wins.
"""

import re
from collections.abc import Iterator

from discounts.evidence.legible import Legible, compact
from discounts.papers import Paper

_TITLES: tuple[tuple[Paper, re.Pattern[str]], ...] = tuple(
    (paper, re.compile(pattern))
    for paper, pattern in (
        (
            Paper.REGISTRY,
            r"登記事項証明書(?:\(?履歴事項(?:全部)?(?:証明書?)?\)?)?|履歴事項(?:全部)?証明書?|(?:商業|法人)?登記簿?謄本",
        ),
        (
            Paper.STATEMENT,
            r"決算(?:報告)?書(?:類)?|計算書類(?:等)?|財務諸表|(?:法人税.{0,10})?確定申告書|法人税.{0,16}申告書"
            r"|貸借対照表|損益計算書|株主資本等変動計算書|勘定科目内訳明細書",
        ),
        (
            Paper.FORM5,
            r"様式第?[5五]号?(?:[ \-の][0-9])?\)?[::]?(?:常時使用する)?(?:従業員数?の?証明書?)?"
            r"|(?:常時使用する)?従業員数の?証明書",
        ),
        (
            Paper.LABOUR,
            r"労働保険.{0,16}?(?:申告書|申請書)|労働保険料?等?.{0,6}(?:概算|確定).{0,24}?(?:申告書|申請書)"
            r"|(?:概算|増加概算|確定).{0,12}保険料.{0,12}?(?:申告書|申請書)",
        ),
        (
            Paper.INCOME_TAX,
            r"(?:給与所得.{0,6})?退職所得等?.{0,3}所得税.{0,12}?(?:徴収高計算書|納付書)|(?:源泉)?所得税.{0,8}?徴収高計算書"
            r"|給与所得.{0,24}?徴収高計算書|源泉所得税.{0,12}?納付書",
        ),
        (
            Paper.CERTIFICATE,
            r"(?:正|賛助|準|一般|団体)?会員(?:資格)?証(?:明書?|書)?|(?:正|賛助)?会員(?:登録|資格)証(?:明書?)?"
            r"|組合員(?:資格)?証(?:明書?|書)?|(?:組合)?(?:加盟|加入)証(?:明書?)?|会員である(?:こと|旨)の?証明書?",
        ),
        (
            Paper.DUES,
            r"(?:年|組合|賛助|正)?会費.{0,6}?(?:領収|納入|納付|支払|受領|入金|払込|振込)(?:済|完了)?(?:証明|確認|通知)?(?:書|証|票)"
            r"|賦課金.{0,4}?(?:領収|納入|納付)(?:証明)?(?:書|証)",
        ),
    )
)
# Words of proof of payment that do not say what was paid; they count where the page speaks of dues.
_PAYMENT = re.compile(
    r"領収(?:証明)?[書証]|(?:御|ご)?利用明細票?|振込(?:金)?(?:受付|受取|明細|控)書?|払込(?:金)?(?:受領|受付)証|払込票"
)
_DUES = re.compile("会費|賦課金")
_SENTENCE = re.compile(
    "。|添付|いずれか|ください|下さい|場合|とは|併せ|まとめ|提出|同封|及び次|又は次|以下の|次の"
)
_ONLY_HERE: tuple[tuple[Paper, re.Pattern[str]], ...] = tuple(
    (paper, re.compile(pattern))
    for paper, pattern in (
        (Paper.REGISTRY, "閉鎖されていない事項の全部であることを証明した書面"),
        (Paper.LABOUR, "常時使用労働者数.{0,400}雇用保険被保険者|概算.{0,3}増加概算.{0,3}確定"),
        (Paper.INCOME_TAX, "徴収義務者.{0,400}俸給.{0,3}給料|俸給.{0,3}給料.{0,400}徴収義務者"),
        (Paper.FORM5, "常時使用する従業員の数.{0,60}相違(?:ない|ありません)"),
        (Paper.CERTIFICATE, "会員(?:であること|である旨|たること)を(?:証|証明)"),
        (Paper.DUES, "会費.{0,80}(?:領収|受領)(?:いた)?しました|会費.{0,40}納入されたことを証明"),
        (Paper.STATEMENT, "純資産の部.{0,200}資本金|株主資本.{0,60}資本金"),
    )
)  # fmt: skip
_LINES_OF_A_TITLE = 3
_SHARE = 0.4  # of its line that a title fills: (事業主控) stands after 申告書
_WORDS_BESIDE_A_TITLE = 3
_OF_A_YEAR = re.compile("^(?:令和|平成|西暦)?(?:[0-9]{1,4}|元|[一二三四五六七八九十]{1,3})年度?分?")
_TOP = 60  # lines in which a title is looked for


def paper_of(page: Legible) -> Paper | None:
    """The paper that the page says it is; None for a page that says nothing, such as a second page."""
    for start in range(min(len(page.lines), _TOP)):
        for paper in _titles_at(page, start):
            return paper
    return next((paper for paper, words in _ONLY_HERE if words.search(page.flow)), None)


def _titles_at(page: Legible, start: int) -> Iterator[Paper]:
    for count in range(1, _LINES_OF_A_TITLE + 1):
        lines = page.lines[start : start + count]
        if len(lines) < count:
            return
        words = compact("\n".join(lines))
        if _SENTENCE.search(words):
            return
        before_last = len(compact("\n".join(lines[:-1])))
        found = [
            (match.end() - match.start(), paper)
            for paper, title in _TITLES
            for match in [title.search(words)]
            if match
            and match.end() > before_last
            and (_fills(match, words) or _stands_apart(title, lines[-1]))
        ]
        if not found and _DUES.search(page.flow):
            found = [
                (0, Paper.DUES)
                for match in [_PAYMENT.search(words)]
                if match and match.end() > before_last and _fills(match, words)
            ]
        if found:
            yield max(found, key=lambda each: each[0])[1]


def _fills(match: re.Match[str], words: str) -> bool:
    return match.end() - match.start() >= _SHARE * len(_OF_A_YEAR.sub("", words))


def _stands_apart(title: re.Pattern[str], line: str) -> bool:
    """Whether the title is one of a few words of its line, such as the group's name and 会員証."""
    words = line.split(" ")
    return len(words) <= _WORDS_BESIDE_A_TITLE and any(title.fullmatch(compact(word)) for word in words)
