"""Every door of the site, read from the URL configuration, and fingerprints of what lies behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Door:
    """One named URL: `contacts:person` at `contacts/<uuid:uid>/` with the parameters it needs."""

    name: str
    route: str
    parameters: frozenset[str]


def doors() -> list[Door]:
    """All of them, ours and those of the libraries that we mount."""
    return sorted(_walk(get_resolver(), "", "", frozenset()), key=lambda door: (door.route, door.name))


def _walk(resolver: URLResolver, namespace: str, prefix: str, parameters: frozenset[str]) -> Iterator[Door]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        needs = parameters | entry.pattern.regex.groupindex.keys()
        if isinstance(entry, URLPattern):
            yield Door(f"{namespace}{entry.name}", route, needs)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, route, needs)


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def fingerprints(names: list[str]) -> dict[str, str]:
    """Rows and a hash of all of them, by table: equal before and after means that nothing changed."""
    prints = {}
    with connection.cursor() as cursor:
        for name in names:
            quoted = connection.ops.quote_name(name)
            cursor.execute(
                f"SELECT count(*) || ':' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '-')"
                f" FROM {quoted} t"
            )
            prints[name] = str(cursor.fetchone()[0])
    return prints
