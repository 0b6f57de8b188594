"""Whose pages somebody may open: the object-level check behind every page of a member."""

from django.http import Http404, HttpRequest

from members.models import Establishment, User


class UserRequest(HttpRequest):
    """A request of somebody who is logged in: the middleware lets nobody else reach a page that is not public."""

    user: User


def establishment_of(user: User, establishment_id: int) -> Establishment:
    """The establishment, if ``user`` acts for it. Raises ``Http404``: others' pages do not exist."""
    establishment = (
        Establishment.objects.acted_for_by(user).with_corporation().filter(pk=establishment_id).first()
    )
    if establishment is None:
        raise Http404
    return establishment
