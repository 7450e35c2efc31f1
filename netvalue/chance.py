"""Whether one side outnumbers the other by more than chance alone would let it: the exact sign test."""

from __future__ import annotations

from fractions import Fraction

RARE = Fraction(1, 20)


def chance(one: int, other: int) -> Fraction:
    """How often a fair coin, tossed once for each of them, leans at least as far (two-sided, exact)."""
    tosses = one + other
    lean, ways = 0, 1
    for tails in range(min(one, other) + 1):
        lean += ways
        ways = ways * (tosses - tails) // (tails + 1)
    return min(Fraction(1), Fraction(2 * lean, 2**tosses))


def beyond_chance(one: int, other: int) -> bool:
    return chance(one, other) < RARE
