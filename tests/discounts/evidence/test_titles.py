import pytest

from discounts.evidence.legible import legible
from discounts.evidence.titles import paper_of
from discounts.papers import Paper

TITLES = [
    ("履歴事項全部証明書", Paper.REGISTRY),
    ("履 歴 事 項 全 部 証 明 書", Paper.REGISTRY),
    ("履　歴　事　項　全　部　証　明　書", Paper.REGISTRY),
    ("履歴事項全部\n証明書", Paper.REGISTRY),
    ("履\n歴\n事\n項\n全\n部\n証\n明\n書", Paper.REGISTRY),
    ("登記事項証明書（履歴事項全部証明書）", Paper.REGISTRY),
    ("登記事項証明書\n(履歴事項全部証明書)", Paper.REGISTRY),
    ("履歴事項全部證明書", Paper.REGISTRY),
    ("商業登記簿謄本", Paper.REGISTRY),
    ("履歴事項証明書", Paper.REGISTRY),
    ("１／２　履歴事項全部証明書", Paper.REGISTRY),
    ("決算書", Paper.STATEMENT),
    ("決 算 書", Paper.STATEMENT),
    ("決　算　報　告　書", Paper.STATEMENT),
    ("決算報告書（第42期）", Paper.STATEMENT),
    ("貸借対照表", Paper.STATEMENT),
    ("貸 借 対 照 表", Paper.STATEMENT),
    ("損益計算書", Paper.STATEMENT),
    ("計算書類", Paper.STATEMENT),
    ("財務諸表", Paper.STATEMENT),
    ("確定申告書", Paper.STATEMENT),
    ("法人税確定申告書", Paper.STATEMENT),
    ("普通法人 法人税及び地方法人税申告書", Paper.STATEMENT),
    ("株主資本等変動計算書", Paper.STATEMENT),
    ("様式5 従業員数証明書", Paper.FORM5),
    ("様式５　従業員数証明書", Paper.FORM5),
    ("様式第5号 従業員数証明書", Paper.FORM5),
    ("（様式５）\n従業員数証明書", Paper.FORM5),
    ("様 式 5\n従 業 員 数 証 明 書", Paper.FORM5),
    ("従業員数証明書", Paper.FORM5),
    ("従業員数\n証明書", Paper.FORM5),
    ("常時使用する従業員数の証明書", Paper.FORM5),
    ("様式五", Paper.FORM5),
    ("労働保険 概算・増加概算・確定保険料申告書（写）", Paper.LABOUR),
    ("労働保険概算･増加概算･確定保険料申告書", Paper.LABOUR),
    ("労働保険\n概算・増加概算・確定保険料\n申告書", Paper.LABOUR),
    ("労 働 保 険 概 算 ・ 増 加 概 算 ・ 確 定 保 険 料 申 告 書", Paper.LABOUR),
    ("概算・確定保険料申告書", Paper.LABOUR),
    ("労働保険概算増加概算確定保険料申請書", Paper.LABOUR),
    ("労働保険 概算・増加概算・確定保険料 申告書 (事業主控)", Paper.LABOUR),
    ("石綿健康被害救済法 一般拠出金\n労働保険 概算・増加概算・確定保険料申告書", Paper.LABOUR),
    ("給与所得・退職所得等の所得税徴収高計算書（写）", Paper.INCOME_TAX),
    ("給与所得、退職所得等の所得税徴収高計算書（領収済通知書）", Paper.INCOME_TAX),
    ("給与所得・退職所得の所得税徴収高計算書", Paper.INCOME_TAX),
    ("給与所得･退職所得等の\n所得税徴収高計算書", Paper.INCOME_TAX),
    ("所得税徴収高計算書", Paper.INCOME_TAX),
    ("会員証", Paper.CERTIFICATE),
    ("会 員 証", Paper.CERTIFICATE),
    ("會員證", Paper.CERTIFICATE),
    ("会員証明書", Paper.CERTIFICATE),
    ("会員証書", Paper.CERTIFICATE),
    ("正会員証", Paper.CERTIFICATE),
    ("令和8年度 会員証", Paper.CERTIFICATE),
    ("全国金属熱処理協議会　会員証", Paper.CERTIFICATE),
    ("組合員証", Paper.CERTIFICATE),
    ("組合加入証明書", Paper.CERTIFICATE),
    ("会員資格証明書", Paper.CERTIFICATE),
    ("会費領収証明書", Paper.DUES),
    ("会費領収証", Paper.DUES),
    ("会費領収書", Paper.DUES),
    ("会 費 領 収 書", Paper.DUES),
    ("年会費領収書", Paper.DUES),
    ("会費納入証明書", Paper.DUES),
    ("令和8年度会費領収書", Paper.DUES),
    ("領収書\n但し 令和8年度会費として", Paper.DUES),
    ("領 収 証\n年会費 120,000円", Paper.DUES),
    ("ご利用明細票\n令和8年度会費", Paper.DUES),
]


@pytest.mark.parametrize(("title", "paper"), TITLES)
def test_a_title_tells_the_paper_however_it_is_set(title, paper):
    assert paper_of(legible(f"{title}\n株式会社青葉精機\n東京都大田区西六郷三丁目1番5号")) is paper


@pytest.mark.parametrize(("title", "paper"), TITLES)
def test_what_stands_above_the_title_is_passed_over(title, paper):
    assert paper_of(legible(f"2027/01/25 10:15 FROM:青葉精機\n- 1 -\n|━━━━|\n{title}\n本文")) is paper


@pytest.mark.parametrize(
    "text",
    [
        "領収書\n但し お品代として",
        "現在事項全部証明書\n東京法務局",
        "会費請求書\n令和8年度会費",
        "送付状\n会員証を同封いたします。",
        "送付状\n下記の書類を提出します\n履歴事項全部証明書をお送りする件についてのお願いと今後の手続のご案内",
        "給与明細書\n株式会社青葉精機",
        "The articles of association",
        "労働者名簿",
        "",
    ],
)
def test_other_papers_are_none_of_ours(text):
    assert paper_of(legible(text)) is None


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        (
            "様式5 従業員数証明書\n添付書類（いずれか1つ）\n□ 労働保険 概算・増加概算・確定保険料申告書（写）\n"
            "□ 給与所得・退職所得等の所得税徴収高計算書（写）",
            Paper.FORM5,
        ),
        ("次の書類のいずれかを添付してください。\n会員証\n会費領収書", Paper.CERTIFICATE),
        ("株式会社青葉精機\n決算報告書\n貸借対照表\n損益計算書", Paper.STATEMENT),
        (
            "これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。",
            Paper.REGISTRY,
        ),
        ("貴社が当会の会員であることを証します。", Paper.CERTIFICATE),
        ("令和8年度会費 金120,000円\n上記のとおり領収しました。", Paper.DUES),
        ("俸給・給料等 人員 214\n徴収義務者 株式会社青葉精機", Paper.INCOME_TAX),
        ("常時使用労働者数 214人\n雇用保険被保険者数 209人", Paper.LABOUR),
        ("純資産の部\n株主資本\n資本金 98,000,000", Paper.STATEMENT),
    ],
)
def test_papers_that_name_others_and_pages_without_a_title(text, paper):
    assert paper_of(legible(text)) is paper
