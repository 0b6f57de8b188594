"""Why a file is not taken, told to a clerk: what it is, and what to do instead."""

from django.db import models

PRINT_ANEW = "元の書類を開き、印刷画面で「PDFに保存」を選んで作り直してください。"


class Refusal(models.TextChoices):
    """The values are what the inspector answers."""

    # It is no PDF.
    EMPTY = "empty", "ファイルの中身が空です。正しいファイルか確かめて、もう一度選んでください。"
    NOT_A_PDF = "not_a_pdf", "PDFではないファイルです。PDFに保存し直してから選んでください。"
    PROGRAM = "program", "このファイルはプログラムです。書類のPDFを選んでください。"
    ZIP_OR_OFFICE = (
        "zip_or_office",
        "このファイルは、ZIPまたはWord・Excelのファイルです。開いて、PDFとして保存してから選んでください。",
    )
    PICTURE = "picture", "このファイルは画像です。PDFに変換してから選んでください。"
    WEB_PAGE = (
        "web_page",
        "このファイルはウェブページです。ブラウザの印刷画面で「PDFに保存」を選んでください。",
    )
    TOO_LARGE = (
        "too_large",
        "ファイルが大きすぎます。解像度を下げるか、必要なページだけにして保存し直してください。",
    )
    # It is one that cannot be read.
    CUT_OFF = (
        "cut_off",
        "ファイルが途中で切れています。コピーや保存が途中で止まった可能性があります。元のファイルを選び直してください。",
    )
    DAMAGED = "damaged", f"ファイルが壊れていて、読み取れません。{PRINT_ANEW}"
    NO_PAGES = "no_pages", f"ページが1つもないPDFです。{PRINT_ANEW}"
    TOO_MANY_PAGES = "too_many_pages", "ページ数が多すぎます。必要なページだけのPDFにしてください。"
    PASSWORD = "password", "パスワードがかかっていて開けません。パスワードを外して保存し直してください。"
    RESTRICTED = (
        "restricted",
        "印刷や編集を制限する設定がかかっています。セキュリティの設定を外して保存し直してください。",
    )
    # It is more than a paper.
    SCRIPT = "script", f"プログラム（JavaScript）が入ったPDFは受け付けられません。{PRINT_ANEW}"
    DYNAMIC_FORM = (
        "dynamic_form",
        f"入力用の特別な様式（XFAフォーム）のPDFは受け付けられません。{PRINT_ANEW}",
    )
    ACTS_BY_ITSELF = (
        "acts_by_itself",
        f"開いたときなどに自動で動作する設定が入ったPDFは受け付けられません。{PRINT_ANEW}",
    )
    LAUNCHES = "launches", f"ほかのプログラムを起動する設定が入ったPDFは受け付けられません。{PRINT_ANEW}"
    SENDS_DATA = (
        "sends_data",
        f"入力内容を外部に送る、または読み込む設定が入ったPDFは受け付けられません。{PRINT_ANEW}",
    )
    OPENS_OTHER_FILES = (
        "opens_other_files",
        f"ほかのファイルを開く設定が入ったPDFは受け付けられません。{PRINT_ANEW}",
    )
    ATTACHMENT = (
        "attachment",
        "PDFの中に、別のファイルが添付されています。添付を外して保存し直すか、必要な書類だけを選んでください。",
    )
    PORTFOLIO = (
        "portfolio",
        "複数のファイルをまとめた形式（PDFポートフォリオ）です。中のPDFを取り出して、1つずつ選んでください。",
    )
    MEDIA = "media", f"動画や音声が入ったPDFは受け付けられません。{PRINT_ANEW}"
    MODEL_3D = "model_3d", f"3Dモデルが入ったPDFは受け付けられません。{PRINT_ANEW}"
    # It pretends, or means harm.
    TWO_FILES_IN_ONE = (
        "two_files_in_one",
        f"PDFに別の種類のファイルが重なっています。安全のため受け付けられません。{PRINT_ANEW}",
    )
    BYTES_BEFORE = (
        "bytes_before",
        f"PDFの先頭に余分なデータが付いています。安全のため受け付けられません。{PRINT_ANEW}",
    )
    BYTES_BEHIND = (
        "bytes_behind",
        f"PDFの末尾に余分なデータが付いています。安全のため受け付けられません。{PRINT_ANEW}",
    )
    BOMB = "bomb", f"中身が異常に大きく膨らむPDFです。安全のため受け付けられません。{PRINT_ANEW}"
    HUGE_PICTURE = (
        "huge_picture",
        "PDFの中の画像が大きすぎます。300dpi程度の解像度でスキャンし直してください。",
    )
    PAGE_LOOP = "page_loop", f"ページの並びが正しくないPDFです。{PRINT_ANEW}"
    NESTED_TOO_DEEPLY = "nested_too_deeply", f"内部の構造が異常に深いPDFです。{PRINT_ANEW}"
    TOO_COMPLICATED = "too_complicated", f"内部の構造が複雑すぎて、確かめきれないPDFです。{PRINT_ANEW}"
