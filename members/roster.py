"""Leaving the roster (賛助会員名簿). Nobody is dropped but through here."""

from datetime import date

from members.models import Establishment


def leave(*, establishment: Establishment, on: date) -> None:
    """End the membership: ``on`` is the last day on the roster."""
    Establishment.objects.filter(pk=establishment.pk).update(left_on=on)
    establishment.left_on = on


def stay(*, establishment: Establishment) -> None:
    """Undo :func:`leave` before its day has passed."""
    Establishment.objects.filter(pk=establishment.pk).update(left_on=None)
    establishment.left_on = None
