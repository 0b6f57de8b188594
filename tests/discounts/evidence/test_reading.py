from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.evidence.days import FiscalPeriod
from discounts.evidence.legible import PAGE_LIMIT
from discounts.evidence.reading import read
from discounts.papers import Paper

# The text layers of ../shared/samples/evidence/, page by page.
FORM5 = (
    "様式5 従業員数証明書\n企業名 株式会社青葉精機\n常時使用する従業員の数 214人\n上記のとおり相違ありません。\n"
    "令和9年1月20日\n"
)
LABOUR = (
    "労働保険 概算・増加概算・確定保険料申告書（写）\n事業の名称 株式会社青葉精機\n常時使用労働者数 214人\n"
    "雇用保険被保険者数 209人\n"
)
INCOME_TAX = (
    "給与所得・退職所得等の所得税徴収高計算書（写）\n俸給・給料等 人員 214人\n徴収義務者 株式会社青葉精機\n"
)
REGISTRY = (
    "履歴事項全部証明書\n会社法人等番号 1234-01-234567\n商号 株式会社青葉精機\n本店 東京都大田区西六郷三丁目1番5号\n"
    "資本金の額 金９８００万円\n\n"
    "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。\n\n"
    "令和8年12月10日\n東京法務局 登記官\n"
)
STATEMENT = (
    "決算報告書\n第42期\n自 令和7年4月1日 至 令和8年3月31日\n株式会社青葉精機\n",
    "貸借対照表\n令和8年3月31日現在\n純資産の部\n資本金 98,000,000円\n利益剰余金 412,300,000円\n",
)
CERTIFICATE = (
    "会員証\n株式会社青葉精機 殿\n貴社が当会の会員であることを証します。\n有効期限 令和9年3月31日\n"
    "全国金属熱処理協議会\n"
)
DUES = (
    "会費領収証明書\n株式会社青葉精機 殿\n令和8年度会費 金１２０，０００円\n上記のとおり領収しました。\n"
    "日本樹脂成形工業連合\n"
)
SAMPLES = [
    ((FORM5,), [Paper.FORM5]),
    ((FORM5, LABOUR), [Paper.FORM5, Paper.LABOUR]),
    ((FORM5, INCOME_TAX), [Paper.FORM5, Paper.INCOME_TAX]),
    ((LABOUR,), [Paper.LABOUR]),
    ((REGISTRY,), [Paper.REGISTRY]),
    (STATEMENT, [Paper.STATEMENT]),
    ((CERTIFICATE,), [Paper.CERTIFICATE]),
    ((DUES,), [Paper.DUES]),
]


def laid_out(page: str) -> str:
    """The page as a reader that keeps the layout gives it: centred lines, wide gaps."""
    return "\n".join(f"{'':>15}{line.replace(' ', '    ')}" for line in page.splitlines())


def spread(page: str) -> str:
    return "\n".join(" ".join(line.replace(" ", "")) for line in page.splitlines())


@pytest.mark.parametrize("as_set", [str, laid_out, spread, lambda page: page.replace("\n", "\r\n")])
@pytest.mark.parametrize(("pages", "papers"), SAMPLES)
def test_the_samples_are_told_apart_and_name_their_company(pages, papers, as_set):
    reading = read([as_set(page) for page in pages])
    assert [paper.paper for paper in reading.papers] == papers
    assert reading.has_text
    assert all(paper.mentions("㈱青葉精機") for paper in reading.papers)
    assert not any(paper.mentions("株式会社赤松精機") for paper in reading.papers)


@pytest.mark.parametrize("as_set", [str, laid_out, spread])
def test_the_samples_are_read_for_their_dates_and_figures(as_set):
    def only(*pages):
        [paper] = read([as_set(page) for page in pages]).papers
        return paper

    assert (only(FORM5).headcount, only(FORM5).issued_on) == (214, date(2027, 1, 20))
    assert only(LABOUR).headcount == 214
    assert only(INCOME_TAX).headcount == 214
    assert (only(REGISTRY).capital, only(REGISTRY).issued_on) == (98_000_000, date(2026, 12, 10))
    statement = only(*STATEMENT)
    assert statement.capital == 98_000_000
    assert statement.period == FiscalPeriod(date(2025, 4, 1), date(2026, 3, 31))
    assert only(CERTIFICATE).expires_on == date(2027, 3, 31)
    assert only(DUES).issued_on is None


def test_names_are_shown_with_their_legal_form():
    assert read([REGISTRY]).papers[0].names == ("株式会社青葉精機",)


def test_a_page_without_a_title_belongs_to_the_paper_before_it():
    certified = REGISTRY[REGISTRY.index("これは") :].replace("閉鎖されていない事項の全部であること", "事項")
    reading = read([REGISTRY[: REGISTRY.index("これは")], certified])
    assert [(page.paper, page.titled) for page in reading.pages] == [
        (Paper.REGISTRY, True),
        (Paper.REGISTRY, False),
    ]
    [paper] = reading.papers
    assert (paper.page, paper.issued_on, paper.capital) == (1, date(2026, 12, 10), 98_000_000)


@pytest.mark.parametrize(
    "scan", ["", " \n\f", "- 1 -", "2 / 3", "\ue000\ue001\ufffd" * 20, "(cid:12)(cid:13)" * 9]
)
def test_a_page_without_a_text_layer_says_so(scan):
    reading = read([FORM5, scan])
    assert not reading.has_text
    assert [(page.page, page.has_text, page.paper) for page in reading.pages] == [
        (1, True, Paper.FORM5),
        (2, False, None),
    ]


REGISTER_OF_A_RENAMED_COMPANY = """
   東京都大田区西六郷三丁目１番５号
   株式会社青葉精機
 ┃商　号                  ┃  有限会社青葉製作所                              ┃
 ┃                        ┃  株式会社青葉精機    平成１８年　５月　１日変更  ┃
 ┃会社成立の年月日        ┃  昭和５０年４月１日                              ┃
 ┃資本金の額              ┃  金５億円                                        ┃
 ┃                        ┃  金９８００万円      令和　７年　４月　１日変更  ┃
 ┃                        ┃                      令和　７年　４月　８日登記  ┃
 ┃役員に関する事項        ┃  取締役　青　葉　太　郎  令和　７年　６月３０日重任 ┃
"""
CERTIFIED = """
       これは登記簿に記録されている閉鎖されていない事項の全部であることを証明
     した書面である。
                                  令和　８年１２月１０日
       東京法務局城南出張所
"""


def test_a_register_set_in_a_table_with_its_history():
    title = "                    履 歴 事 項 全 部 証 明 書\n ┏━━━━━━━┳━━━━━━━┓"
    [paper] = read([title + REGISTER_OF_A_RENAMED_COMPANY, CERTIFIED]).papers
    assert (paper.paper, paper.capital, paper.issued_on) == (Paper.REGISTRY, 98_000_000, date(2026, 12, 10))
    assert paper.names == ("株式会社青葉精機", "有限会社青葉製作所")


def test_the_definitions_behind_form5_are_no_figures():
    definitions = (
        "資本金の額又は出資の総額が３億円以下の会社又は常時使用する従業員の数が３００人以下の会社及び個人"
    )
    [paper] = read([FORM5, definitions]).papers
    assert (paper.paper, paper.headcount) == (Paper.FORM5, 214)
    [alone] = read([definitions]).papers
    assert (alone.capital, alone.headcount) == (None, None)


def test_after_a_scan_nothing_is_taken_for_its_continuation():
    assert [page.paper for page in read([FORM5, "", "備考\nこの頁には何も記載しません"]).pages] == [
        Paper.FORM5,
        None,
        None,
    ]


def test_a_page_of_no_paper_still_shows_what_it_says():
    [page] = read(["送付状\n株式会社青葉精機\n2026年12月10日\n資本金 98,000,000円"]).pages
    assert (page.paper, page.issued_on, page.capital) == (None, date(2026, 12, 10), 98_000_000)
    assert read([]).pages == ()


def test_figures_of_other_papers_are_not_taken_from_a_paper():
    [paper] = read([f"{CERTIFICATE}\n資本金 98,000,000円\n従業員数 214人"]).papers
    assert (paper.capital, paper.headcount) == (None, None)


WORDS = st.sampled_from(
    [
        *(
            "履歴事項全部証明書",
            "様式5",
            "会員証",
            "資本金",
            "有効期限",
            "常時使用する従業員の数",
            "株式会社",
            "商号",
        ),
        *(
            "自",
            "至",
            "令和",
            "元",
            "年",
            "月",
            "日",
            "8",
            "31",
            "99",
            "億",
            "万",
            "千",
            "円",
            "人",
            "金",
            "株",
            "式",
        ),
        *("殿", "現在", "から", "まで", "単位", ":", "(", ")", ".", "/", "-", "、", "\n", " "),
    ]
)


@given(st.lists(st.text(), max_size=3))
def test_no_text_breaks_it(pages):
    assert len(read(pages).pages) == len(pages)


@given(st.lists(WORDS, max_size=60))
def test_no_rubble_of_a_paper_breaks_it(words):
    reading = read(["".join(words), " ".join(words), "\n".join(words)])
    assert [page.page for page in reading.pages] == [1, 2, 3]


# Labels without end among them: each once searched the rest of the page, and a page took half a minute.
RUBBLE = [
    "9",
    "一",
    "株",
    "1,",
    "\n9",
    "自至",
    "株式会社",
    "（",
    "a ",
    "資本金",
    "資本金\n",
    "人員\n1人\n",
    "有効期限令和8年1月1日から",
]


@pytest.mark.parametrize("rubble", RUBBLE)
@pytest.mark.parametrize("title", ["", "履歴事項全部証明書\n", "様式5\n"])
def test_an_endless_page_is_read_no_further_than_a_page_goes(title, rubble):
    [page] = read([title + rubble * PAGE_LIMIT * 2]).pages
    assert len(page.plain) <= PAGE_LIMIT * 2  # ㈱ is spelled out
