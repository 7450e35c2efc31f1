"""How many new checks one address may begin in an hour without an account."""

from __future__ import annotations

import time
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

HOUR = 3600


class TooManyError(Exception):
    """This address has begun as many checks as it may in this hour."""


def network(address: str) -> str:
    """Who is counted as one: an IPv4 address, or the /64 that one IPv6 connection owns."""
    if isinstance(ip_address(address), IPv6Address):
        return str(ip_network(f"{address}/64", strict=False))
    return address


def count_new_check(address: str) -> None:
    """Count one more, or refuse it. While the cache is away nobody is refused."""
    key = f"checks:{network(address)}:{int(time.time() // HOUR)}"
    try:
        begun = 1 if cache.add(key, 1, timeout=2 * HOUR) else cache.incr(key)
    except RedisError:
        return
    if begun > settings.VISITOR_CHECKS_PER_HOUR:
        raise TooManyError
