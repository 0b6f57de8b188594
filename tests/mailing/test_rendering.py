from mailing.kinds import MessageKind, all_kinds, codes_shown_to_member, kind_of
from mailing.rendering import render

RECEIPT = "submission_receipt"


def test_the_first_line_is_the_subject() -> None:
    letter = render(
        MessageKind("x", "x", "mail/withdrawal_complete.txt"), {"withdrawal_day_short": "3月31日"}
    )
    assert letter.subject == "【JAIM】退会手続完了のお知らせ（3月31日退会）"
    assert not letter.body.startswith("\n")
    assert letter.body.endswith("お答えできません。\n")


def test_nothing_is_escaped_in_plain_text() -> None:
    letter = render(
        MessageKind("x", "x", "mail/withdrawal_complete.txt"), {"addressee": 'A&B <株式会社> "工場"'}
    )
    assert 'A&B <株式会社> "工場" ご担当者様' in letter.body


def test_kinds_are_found_by_their_code() -> None:
    assert kind_of(RECEIPT).label == "受付のお知らせ"
    assert RECEIPT in {kind.code for kind in all_kinds()}


def test_mail_with_a_token_is_neither_kept_nor_shown() -> None:
    hidden = {kind.code for kind in all_kinds()} - set(codes_shown_to_member())
    assert (
        hidden
        == {kind.code for kind in all_kinds() if not kind.keeps_body}
        == {"invitation", "password_reset"}
    )
