from django.db import models


class Refusal(models.TextChoices):
    TOO_LARGE = "too_large", "ファイルが大きすぎます。"
    NOT_A_PDF = "not_a_pdf", "PDFではありません。"
    TOO_MANY_PAGES = "too_many_pages", "ページ数が多すぎます。"
