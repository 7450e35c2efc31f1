"""What the programs of one product find in their environment: where its database, queue and secrets are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from netvalue.embedded.place import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netvalue.embedded.address import Address
    from netvalue.embedded.place import Place

# What the start of a child may not inherit.
FOREIGN = {"PYTHONHOME", "PYTHONSTARTUP", "DJANGO_SETTINGS_MODULE"}


def given(name: str) -> str:
    """What the person who starts NetValue set; an empty variable counts as none."""
    return os.environ.get(name, "")


def ours(place: Place, keys: Mapping[str, str], servers: Mapping[str, str]) -> dict[str, str]:
    """The variables that make this product this product; what a person set wins."""
    made = {
        "NETVALUE_DATA": str(place.data),
        "SECRET_KEY": keys["SECRET_KEY"],
        "MAIL_ID_KEY": keys["MAIL_ID_KEY"],
        **servers,
    }
    return {name: given(name) or value for name, value in made.items()} | {"NETVALUE_DATA": str(place.data)}


def public(address: Address) -> dict[str, str]:
    """The address people type, and the names that may stand in a request."""
    hosts = [name for name in (*address.names, *given("ALLOWED_HOSTS").split(",")) if name]
    return {
        "NETVALUE_URL": given("NETVALUE_URL") or address.url,
        **({"ALLOWED_HOSTS": ",".join(hosts)} if hosts else {}),
    }


def of_a_program(variables: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {
        **inherited,
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        # Time zones come from the pinned package, not from what this machine happens to have.
        "PYTHONTZPATH": "",
        "DJANGO_SETTINGS_MODULE": "netvalue.settings",
        **variables,
    }
