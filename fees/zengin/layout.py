"""A fixed-width record, stated as the source states it: name, first and last position, kind, what is fixed.

Positions are 1-based and inclusive. N: digits, right-aligned, zero-filled. C: text, left-aligned, blank-filled
(全銀協規定形式, 基本事項). Values are texts, so that encoding what was decoded gives the same bytes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fees.zengin import jis_x_0201
from fees.zengin.refusal import ZenginRefused, differs


@dataclass(frozen=True)
class Field:
    """``allowed`` names the values a code may take; ``optional`` digits may be left blank; ``personal`` ones are
    shown by their last three characters only."""

    name: str
    label: str
    first: int
    last: int
    digits: bool
    allowed: tuple[str, ...] = ()
    optional: bool = False
    personal: bool = False

    @property
    def width(self) -> int:
        return self.last - self.first + 1

    def takes(self, value: str) -> bool:
        """Whether a code may have this value."""
        return not self.allowed or value in self.allowed or (self.optional and not value)

    def shown(self, value: str) -> str:
        return f"••••{value[-3:]}" if self.personal else value

    def written(self, value: str) -> str:
        """``value`` filled to the field's width. Raises ``ValueError`` where it does not fit or is not allowed."""
        if not self.digits or (self.optional and not value):
            filled = value.ljust(self.width)
        elif value.isdecimal() and value.isascii():
            filled = value.zfill(self.width)
        else:
            raise ValueError(f"{self.name} takes digits")
        if len(filled) != self.width:
            raise ValueError(f"{self.name} has room for {self.width} characters")
        if not self.takes(filled.strip(" ")):
            raise ValueError(f"{self.name} takes one of {', '.join(self.allowed)}")
        return filled


def N(
    name: str,
    label: str,
    first: int,
    last: int,
    *allowed: str,
    optional: bool = False,
    personal: bool = False,
) -> Field:
    return Field(name, label, first, last, True, allowed, optional, personal)


def C(name: str, label: str, first: int, last: int, *, personal: bool = False) -> Field:
    return Field(name, label, first, last, False, personal=personal)


@dataclass(frozen=True)
class Record:
    """One kind of record: its name in reasons, its length in bytes, its fields without gap or overlap.

    Raises ``ValueError`` for a table that does not cover 1 to ``length`` exactly.
    """

    kind: str
    length: int
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        following = 1
        for field in self.fields:
            if field.first != following or field.last < field.first:
                raise ValueError(f"{self.kind}: {field.name} begins at {field.first}, not at {following}")
            following = field.last + 1
        if following != self.length + 1:
            raise ValueError(f"{self.kind}: ends at {following - 1}, not at {self.length}")

    @property
    def mark(self) -> str:
        """データ区分: the record's first character."""
        return self.fields[0].allowed[0]

    def encode(self, values: Mapping[str, str]) -> bytes:
        """The record's bytes. A code with one allowed value needs none given, text and optional digits may be left out.

        Raises ``ValueError`` for a value that does not fit its field, ``KeyError`` for digits that are missing.
        """
        return jis_x_0201.encode("".join([self._written(field, values) for field in self.fields]))

    def _written(self, field: Field, values: Mapping[str, str]) -> str:
        if field.name in values:
            return field.written(values[field.name])
        if len(field.allowed) == 1:
            return field.allowed[0]
        if field.digits and not field.optional:
            raise KeyError(field.name)
        return " " * field.width

    def decode(self, raw: bytes, number: int) -> dict[str, str]:
        """The values by field name, blanks after a text dropped. ``number`` is the record's place in the file.

        Raises ``ZenginRefused``: ``characters`` outside JIS X 0201, ``not_digits``, ``unknown_code``.
        """
        try:
            text = jis_x_0201.decode(raw)
        except UnicodeDecodeError as error:
            raise self._foreign(raw, error.start, number) from None
        values = {}
        for field in self.fields:
            piece = text[field.first - 1 : field.last]
            value = piece if field.digits else piece.rstrip(" ")
            if field.digits and not (piece.isascii() and piece.isdecimal()):
                if not field.optional or piece.strip(" "):
                    raise self.refusal("not_digits", number, field.name, piece, "数字")
                value = ""
            if not field.takes(value):
                expected = "か".join(f"「{code}」" for code in field.allowed)
                raise self.refusal("unknown_code", number, field.name, value, expected)
            values[field.name] = value
        return values

    def refusal(self, code: str, number: int, name: str, found: str, expected: str) -> ZenginRefused:
        """A refusal that names the field as the source does; ``expected`` is already quoted."""
        field = self.named(name)
        return differs(
            code,
            record=number,
            kind=self.kind,
            field=field.label,
            found=field.shown(found),
            expected=expected,
        )

    def named(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def _foreign(self, raw: bytes, start: int, number: int) -> ZenginRefused:
        field = next(field for field in self.fields if field.first - 1 <= start < field.last)
        return ZenginRefused(
            "characters",
            f"{number}件目のレコード（{self.kind}）の「{field.label}」の{start + 1}文字目に、使えない文字"
            f"（0x{raw[start]:02X}）があります。正しくは半角の英数字・カナ・記号（JISコード）です。"
            "銀行から受け取ったままのファイルを選んでください。",
            record=number,
            field=field.label,
        )
