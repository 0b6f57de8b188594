"""Whatever a browser sends as a name, what is kept can be shown on a page and in a header."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discounts.evidence.file_names import LONGEST, UNNAMED, clean_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("様式5.pdf", "様式5.pdf"),
        ("𠮷田㈱ 決算書.pdf", "𠮷田㈱ 決算書.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\総務\会員証.pdf", "会員証.pdf"),
        ("会員証.pdf\r\nSet-Cookie: a=b", "会員証.pdf Set-Cookie: a=b"),
        ("会員\x00証\u202e.pdf", "会員証.pdf"),
        ("  会員証　　写し.pdf ", "会員証 写し.pdf"),
        ("", UNNAMED),
        ("..", UNNAMED),
        ("書類/", UNNAMED),
        ("\ud800", UNNAMED),
        ("あ" * 300 + ".pdf", "あ" * 196 + ".pdf"),
        ("あ" * 300, "あ" * 200),
    ],
)
def test_what_is_kept_of_a_name(sent: str, kept: str) -> None:
    assert clean_name(sent) == kept


@given(st.text(max_size=400))
def test_any_name_can_be_shown(sent: str) -> None:
    kept = clean_name(sent)
    assert 1 <= len(kept) <= LONGEST
    assert not {"/", "\\"} & set(kept)
    assert not [each for each in kept if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert clean_name(kept) == kept
