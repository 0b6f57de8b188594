"""Whose pages somebody may open: the object-level check behind every page of a member."""

from django.http import Http404

from members.models import Establishment, User


def establishment_of(user: User, establishment_id: int) -> Establishment:
    """The establishment, if ``user`` acts for it. Raises ``Http404``: others' pages do not exist."""
    establishment = (
        Establishment.objects.acted_for_by(user).with_corporation().filter(pk=establishment_id).first()
    )
    if establishment is None:
        raise Http404
    return establishment
