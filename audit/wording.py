"""What verbs and actors of the trail are called on pages. Each room names its own verbs."""

from collections.abc import Iterable, Mapping

from django.contrib.auth import get_user_model

_verbs: dict[str, str] = {}
JOBS = "自動処理"


def register_verbs(verbs: Mapping[str, str]) -> None:
    """Called once by each room; ``verbs`` maps a verb of the trail to what a person calls it."""
    _verbs.update(verbs)


def verb_label(verb: str) -> str:
    """The Japanese name of ``verb``, the verb itself where nobody named it."""
    return _verbs.get(verb, verb)


def verbs_called(text: str) -> list[str]:
    """The verbs whose name or label contains ``text``."""
    return [verb for verb, label in _verbs.items() if text in label or text in verb]


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """Names for actors as the trail stores them (``user:7``, ``job:reminders``), in one query however many."""
    labels = set(actors)
    keys = {label.removeprefix("user:") for label in labels if label.startswith("user:")}
    users = get_user_model().objects.in_bulk([int(key) for key in keys if key.isdigit()])
    return {label: _name(label, users) for label in labels}


def _name(label: str, users: Mapping[int, object]) -> str:
    kind, _, key = label.partition(":")
    if kind == "user":
        user = users.get(int(key)) if key.isdigit() else None
        return str(user) if user else f"削除されたアカウント（{key}）"
    return JOBS if kind == "job" else label
