"""What the checklist tells members about each paper."""

from collections.abc import Mapping

from discounts.models import PaperText
from discounts.papers import Paper


def paper_texts() -> Mapping[Paper, str]:
    """For each paper what it is and, on a line of its own, where to get it."""
    return {Paper(text.paper): f"{text.help}\n{text.where}" for text in PaperText.objects.all()}
