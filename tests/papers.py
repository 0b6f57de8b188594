"""What the papers of a claim say, for any day (``tests.pdfs`` makes files of them), and a file that no portal takes."""

COMPANY = "株式会社青葉精機"
FORM5 = (
    f"様式5 従業員数証明書\n企業名 {COMPANY}\n常時使用する従業員の数 214人\n上記のとおり相違ありません。\n"
)
LABOUR = f"労働保険 概算・増加概算・確定保険料申告書（写）\n事業の名称 {COMPANY}\n常時使用労働者数 214人\n"
STATEMENT = f"決算報告書\n第42期\n{COMPANY}\n貸借対照表\n純資産の部\n資本金 98,000,000円\n"
DUES = f"会費領収証明書\n{COMPANY} 殿\n会費 金１２０，０００円\n上記のとおり領収しました。\n"


def registry(issued: str = "令和8年12月10日") -> str:
    """A 履歴事項全部証明書 that was issued on the day ``issued`` as it is written."""
    return (
        f"履歴事項全部証明書\n会社法人等番号 1234-01-234567\n商号 {COMPANY}\n資本金の額 金９８００万円\n"
        f"これは登記簿に記録されている閉鎖されていない事項の全部であることを証明した書面である。\n"
        f"{issued}\n東京法務局 登記官\n"
    )


def certificate(until: str = "令和10年3月31日") -> str:
    """A 会員証 that is good until the day ``until`` as it is written."""
    return f"会員証\n{COMPANY} 殿\n貴社が当会の会員であることを証します。\n有効期限 {until}\n全国金属熱処理協議会\n"


def program() -> bytes:
    """A Windows program, whatever its name says."""
    return b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
