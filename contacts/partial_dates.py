"""Which year, month and day may stand together in a row: as far as they are known, a real day in some year.

Never a stand-in for what is unknown. 29 February needs a leap year only where the year is known.
"""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.lookups import Exact


def is_partial_date(year: str, month: str, day: str) -> Q:
    """The check over three nullable columns."""
    no_year, no_month, no_day = (Q(**{f"{part}__isnull": True}) for part in (year, month, day))
    fourth, hundredth, fourhundredth = (Q(Exact(F(year) % n, 0)) for n in (4, 100, 400))
    leap = fourth & (~hundredth | fourhundredth)
    long_months = Q(**{f"{month}__in": (1, 3, 5, 7, 8, 10, 12)})
    february = Q(**{month: 2})
    return (
        (no_year | Q(**{f"{year}__range": (1, 9999)}))
        & (no_month | Q(**{f"{month}__range": (1, 12)}))
        & (no_day | (~no_month & Q(**{f"{day}__range": (1, 31)})))
        & (no_day | no_month | long_months | Q(**{f"{day}__lte": 30}))
        & (no_day | no_month | ~february | Q(**{f"{day}__lte": 29}))
        & (no_day | no_month | ~february | Q(**{f"{day}__lte": 28}) | no_year | leap)
    )
