"""Finding members by what people quote: a number or part of a name. Exact and prefix matches use an index."""

import re
import unicodedata

import jaconv
from django.db.models import Q, QuerySet

from members.models import Corporation, Establishment

CORPORATE_NUMBER = re.compile(r"\d{13}")
MEMBER_NUMBER = re.compile(r"[A-Z0-9-]+")
HYPHENS = re.compile(r"[‐‑‒–—―−ー－]")


def search_establishments(text: str) -> QuerySet[Establishment]:
    """Establishments that ``text`` names.

    A 法人番号 finds its corporation, digits and capitals the member numbers that begin so, anything else names:
    every word must occur in a name or reading of the establishment or its corporation. Full and half width, small
    and capital letters and both kana are the same.
    """
    term = normalised(text)
    digits = re.sub(r"[\s-]", "", term)
    if CORPORATE_NUMBER.fullmatch(digits):
        by_corporation = Establishment.objects.filter(corporation__corporate_number=digits)
        if by_corporation.exists():
            return by_corporation
    number = HYPHENS.sub("-", term).upper()
    if MEMBER_NUMBER.fullmatch(number):
        by_number = Establishment.objects.filter(member_number__startswith=number)
        if by_number.exists():
            return by_number
    found = Establishment.objects.all()
    for word in term.split():
        corporations = Corporation.objects.filter(_named(word)).values("pk")
        found = found.filter(_named(word) | Q(corporation__in=corporations))
    return found


def search_corporations(text: str) -> QuerySet[Corporation]:
    """Corporations that ``text`` names, by 法人番号 or by words of their name or reading."""
    term = normalised(text)
    digits = re.sub(r"[\s-]", "", term)
    if CORPORATE_NUMBER.fullmatch(digits):
        return Corporation.objects.filter(corporate_number=digits)
    found = Corporation.objects.all()
    for word in term.split():
        found = found.filter(_named(word))
    return found


def normalised(text: str) -> str:
    """One width for all, no blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


def _named(word: str) -> Q:
    return Q(name__icontains=word) | Q(name_kana__icontains=jaconv.hira2kata(word))
