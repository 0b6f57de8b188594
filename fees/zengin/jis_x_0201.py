"""JIS X 0201, the 8-bit code of the files (code class 0): one byte per character.

Digits, Latin letters and signs as in ASCII but for ¥ at 0x5C and ‾ at 0x7E; half-width kana at 0xA1 to 0xDF. No
control characters: a record has none. Python's ``shift_jis`` is not it: that also reads two bytes as a kanji.
"""

import codecs

_UNDEFINED = "\ufffe"
_ASCII = "".join(chr(code) for code in range(0x20, 0x7F)).replace("\\", "¥").replace("~", "‾")
_KANA = "".join(chr(code) for code in range(0xFF61, 0xFFA0))
_DECODING = _UNDEFINED * 0x20 + _ASCII + _UNDEFINED * (0xA1 - 0x7F) + _KANA + _UNDEFINED * (0x100 - 0xE0)
_ENCODING = codecs.charmap_build(_DECODING)


def encode(text: str) -> bytes:
    """One byte per character. Raises ``UnicodeEncodeError`` for what the code has no byte for."""
    return codecs.charmap_encode(text, "strict", _ENCODING)[0]


def decode(raw: bytes) -> str:
    """One character per byte. Raises ``UnicodeDecodeError``, whose ``start`` is the first byte outside the code."""
    return codecs.charmap_decode(raw, "strict", _DECODING)[0]
