"""`{{ session.user_agent|device }}`."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from netvalue.accounts import devices

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    return devices.describe(user_agent) or _("A device we do not know")
