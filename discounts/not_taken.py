"""Why a file, or a change of the files handed in, is not taken, as the member is told."""

from django.db import models

from discounts.evidence.refusals import Refusal


class KeepingRefusal(models.TextChoices):
    """Reasons beside those of the inspection, which look at one file alone."""

    MALWARE = (
        "malware",
        "このファイルから、ウイルスなどの不正なプログラムが見つかりました。"
        "提出せずに、社内のシステム担当の方にご相談ください。",
    )
    SCANNER_UNREACHABLE = (
        "scanner_unreachable",
        "ただいまファイルの安全を確かめられません。しばらく待ってから、もう一度お試しください。",
    )
    SAME_FILE_AGAIN = (
        "same_file_again",
        "同じファイルがすでに入っています。別の書類を追加するときは、ファイルをお確かめください。",
    )
    TOO_MANY_PAGES_TOGETHER = (
        "too_many_pages_together",
        "全部のファイルを合わせたページ数が上限を超えます。必要なページだけのPDFにしてください。",
    )
    TOO_LARGE_TOGETHER = (
        "too_large_together",
        "全部のファイルを合わせた大きさが上限を超えます。"
        "不要なファイルを削除するか、小さいPDFに作り直してください。",
    )
    SEALED = (
        "sealed",
        "提出した書類は変更できません。画面を開き直して、申請の状況をお確かめください。",
    )
    CHANGED_MEANWHILE = (
        "changed_meanwhile",
        "ほかの画面で書類が変更されました。画面を開き直して、もう一度お試しください。",
    )


class NotTaken(Exception):
    """``refusal`` says why; its text is for the member."""

    def __init__(self, refusal: Refusal | KeepingRefusal) -> None:
        self.refusal = refusal
        self.text = str(refusal.label)
        super().__init__(self.text)
