"""The pages of a PDF are counted here before the parser counts them: it copies what stands in the tree twice."""

from pikepdf import Array, Dictionary, Object

from discounts.evidence.inspector.refused import Refused

MOST_LEVELS = 50
MOST_NODES_FOR_A_PAGE = 50
"""Nodes between the root and the pages, for each page that is allowed."""


def require_countable(root: Object, *, most: int) -> None:
    """Raises :class:`Refused` for a tree without pages, with more than ``most``, or that goes round in circles."""
    waiting, pages, nodes = [(root.get("/Pages"), 0)], 0, 0
    while waiting:
        node, level = waiting.pop()
        nodes += 1
        if level > MOST_LEVELS or nodes > MOST_NODES_FOR_A_PAGE * (most + 1):
            raise Refused("page_loop")
        if not isinstance(node, Dictionary):
            continue
        kids = node.get("/Kids")
        if isinstance(kids, Array):
            if len(kids) > most:
                raise Refused("too_many_pages")
            waiting += [(kid, level + 1) for kid in kids]
        elif level:
            pages += 1
        if pages > most:
            raise Refused("too_many_pages")
    if pages == 0:
        raise Refused("no_pages")
