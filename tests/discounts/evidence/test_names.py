import pytest

from discounts.evidence.legible import legible
from discounts.evidence.names import mentions, names_on
from members.member_list.corporations import plain_name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("商号 株式会社青葉精機", ["株式会社青葉精機"]),
        ("商号株式会社青葉精機", ["株式会社青葉精機"]),
        ("商 号  株 式 会 社 青 葉 精 機", ["株式会社青葉精機"]),
        ("企業名：㈱青葉精機", ["株式会社青葉精機"]),
        ("（株）青葉精機 殿", ["株式会社青葉精機"]),
        ("青葉精機株式会社 御中", ["青葉精機株式会社"]),
        ("青葉精機㈱ 代表取締役 青葉太郎", ["青葉精機株式会社"]),
        ("徴収義務者 株式会社青葉精機", ["株式会社青葉精機"]),
        ("商号\n株式会社青葉精機\n本店 東京都", ["株式会社青葉精機"]),
        ("屋号 青葉製作所", ["青葉製作所"]),
        ("事業の名称：青葉製作所", ["青葉製作所"]),
        ("氏名又は名称 髙橋一郎", ["髙橋一郎"]),
        ("髙橋一郎 様", ["髙橋一郎"]),
        ("株式会社", []),
        ("貴社が当会の会員であることを証します。", []),
        ("", []),
    ],
)
def test_names_on_a_page(text, names):
    assert list(names_on(legible(text).lines)) == names


MENTIONED = [
    ("株式会社青葉精機", "株式会社青葉精機", True),
    ("㈱青葉精機", "株式会社青葉精機", True),
    ("（株）青葉精機", "株式会社青葉精機", True),
    ("(株) 青葉精機", "株式会社青葉精機", True),
    ("株式会社 青葉精機", "株式会社青葉精機", True),
    ("株 式 会 社 青 葉 精 機", "株式会社青葉精機", True),
    ("株式会社青葉\n精機", "株式会社青葉精機", True),
    ("株\n式\n会\n社\n青\n葉\n精\n機", "株式会社青葉精機", True),
    ("株式會社青葉精機", "株式会社青葉精機", True),
    ("有限会社髙橋製作所", "有限会社高橋製作所", True),
    ("㈲高橋製作所", "有限会社髙橋製作所", True),
    ("山﨑工業株式会社", "山崎工業株式会社", True),
    ("渡邊鉄工所", "渡辺鉄工所", True),
    ("渡邉鐵工所", "渡辺鉄工所", True),
    ("株式会社𠮷野精工", "株式会社吉野精工", True),
    ("廣澤國際株式会社", "広沢国際株式会社", True),
    ("ｱｵﾊﾞｾｲｷ株式会社", "アオバセイキ株式会社", True),
    ("コーヨーデータ㈱", "コ－ヨ－デ－タ株式会社", True),
    ("ＡＢＣ精機㈱", "ABC精機株式会社", True),
    ("abc精機株式会社", "ＡＢＣ精機株式会社", True),
    ("エー・ビー精機合同会社", "エービー精機合同会社", True),
    ("⻘葉精機株式会社", "青葉精機株式会社", True),
    ("株式会社青葉精機の納付した会費", "株式会社青葉精機", True),
    ("株式会社赤松精機", "株式会社青葉精機", False),
    ("株式会社青葉精機製作所", "株式会社青葉精機", False),
    ("株式会社青葉精機製作所\n株式会社青葉精機", "株式会社青葉精機", True),
    ("旭区", "株式会社旭", False),
    ("株式会社旭", "㈱旭", True),
    ("商号 旭株式会社", "旭有限会社", True),
    ("なにもない", "", False),
]


@pytest.mark.parametrize(("text", "company", "expected"), MENTIONED)
def test_a_company_is_found_however_it_is_spelled(text, company, expected):
    page = legible(text)
    shown = names_on(page.lines)
    assert mentions(plain_name("".join(page.lines)), shown=shown, company=company) is expected
