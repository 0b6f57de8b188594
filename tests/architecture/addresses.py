"""Every address of the portal, walked from the URL configuration, with an example for each part of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

EXAMPLES: dict[str, Any] = {
    "int": 1,
    "str": "x",
    "slug": "x",
    "path": "1",
    "uuid": UUID(int=1),
}


@dataclass(frozen=True)
class Page:
    name: str
    pattern: URLPattern
    route: str
    converters: tuple[tuple[str, Any], ...]

    @property
    def arguments(self) -> dict[str, Any]:
        """An example for each part of the address."""
        kind_of = {type(converter): name for name, converter in get_converters().items()}
        found = {}
        for name, converter in self.converters:
            found[name] = EXAMPLES[kind_of[type(converter)]]
        return found

    def url(self, **given: Any) -> str | None:
        """None for the admin's catch-all patterns, which have no address of their own."""
        arguments = {name: given.get(name, example) for name, example in self.arguments.items()}
        try:
            return reverse(self.name, kwargs=arguments)
        except NoReverseMatch:
            return None


def pages(
    resolver: URLResolver | None = None,
    namespaces: tuple[str, ...] = (),
    route: str = "",
    converters: tuple[tuple[str, Any], ...] = (),
) -> Iterator[Page]:
    for entry in (resolver or get_resolver()).url_patterns:
        where = route + str(entry.pattern)
        inner_converters = (*converters, *entry.pattern.converters.items())
        if isinstance(entry, URLPattern):
            yield Page(":".join((*namespaces, entry.name or "")), entry, where, inner_converters)
        else:
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from pages(entry, inner, where, inner_converters)
