"""The verdict as a sentence: one whole sentence for each, never put together from pieces.

An organisation hears the same, but for the sentences that speak to somebody. German tells one from many.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.questions import Perspective
from assessments.verdict import Pattern, Side, Verdict

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

A, C, T, G = Side.APPEARANCE, Side.CONVERSATION, Side.TIES, Side.GIVING


def of(pattern: Pattern, *sides: Side) -> Verdict:
    return Verdict(pattern, frozenset(sides))


SENTENCES: dict[Verdict, _StrPromise] = {
    of(Pattern.NOTHING): _("Nothing is answered yet."),
    of(Pattern.MOSTLY_OPEN): _("Most of it is still open, and what is open says nothing yet."),
    of(Pattern.ALL_YES): _("Every question has found its clear yes."),
    of(Pattern.YES_SO_FAR): _("So far every answer is a yes, and there is time for the rest."),
    of(Pattern.ALL_PARTLY): _("Every answer is “partly”: each time, something is already there."),
    of(Pattern.YES_NOWHERE): _("There is no yes yet, and that is a good place to start."),
    # Some of it is open
    of(Pattern.QUESTION_SO_FAR, A): _("So far one thing is still a question: how you come across."),
    of(Pattern.QUESTION_SO_FAR, C): _("So far one thing is still a question: real conversation."),
    of(Pattern.QUESTION_SO_FAR, T): _("So far one thing is still a question: ties that last."),
    of(Pattern.QUESTION_SO_FAR, G): _("So far one thing is still a question: give and take."),
    of(Pattern.BESIDE_SO_FAR): _(
        "So far, yes and questions stand side by side, and some of it is still open."
    ),
    # Questions on one side or two, yes on the others
    of(Pattern.QUESTIONS, A): _(
        "Between you and others it is a yes; how you come across is still a question."
    ),
    of(Pattern.QUESTIONS, C): _("Almost everywhere it is a yes; conversation is still a question."),
    of(Pattern.QUESTIONS, T): _("In dealing with others it is a yes; what will last is still a question."),
    of(Pattern.QUESTIONS, G): _("Almost everywhere it is a yes; give and take is still a question."),
    of(Pattern.QUESTIONS, A, C): _(
        "What ties you to people is a yes; how you meet them is still a question."
    ),
    of(Pattern.QUESTIONS, A, T): _(
        "The exchange with others is a yes; how you come across and what will last are still questions."
    ),
    of(Pattern.QUESTIONS, A, G): _(
        "Conversation and lasting ties are a yes; give and take, and how you come across, are"
        " still questions."
    ),
    of(Pattern.QUESTIONS, C, T): _(
        "How you come across is a yes, and so is give and take; conversation and lasting ties"
        " are still questions."
    ),
    of(Pattern.QUESTIONS, C, G): _(
        "How you come across and lasting ties are a yes; the exchange with others is still a question."
    ),
    of(Pattern.QUESTIONS, T, G): _(
        "How you meet people is a yes; what ties you to them is still a question."
    ),
    # Questions nearly everywhere, and yes above all on one side or two
    of(Pattern.GATHERED, A): _("You say yes above all to how you come across; elsewhere, questions remain."),
    of(Pattern.GATHERED, C): _("You say yes above all to real conversation; elsewhere, questions remain."),
    of(Pattern.GATHERED, T): _("You say yes above all to ties that last; elsewhere, questions remain."),
    of(Pattern.GATHERED, G): _("You say yes above all to give and take; elsewhere, questions remain."),
    of(Pattern.GATHERED, A, C): _(
        "You say yes above all to how you meet people; elsewhere, questions remain."
    ),
    of(Pattern.GATHERED, A, T): _(
        "You say yes above all to how you come across and to ties that last; elsewhere, questions remain."
    ),
    of(Pattern.GATHERED, A, G): _(
        "You say yes above all to how you come across and to give and take; elsewhere, questions remain."
    ),
    of(Pattern.GATHERED, C, T): _(
        "You say yes above all to conversation and to ties that last; elsewhere, questions remain."
    ),
    of(Pattern.GATHERED, T, G): _(
        "You say yes above all to what ties you to people; elsewhere, questions remain."
    ),
    of(Pattern.MOSTLY_YES): _("Most of it is a yes, with a question here and there."),
    of(Pattern.FIRST_YES): _("Yes has found its first place, and it is a good one to go on from."),
    of(Pattern.BESIDE): _("There is a yes in several places, and questions stand beside it."),
    of(Pattern.BOTH): _("Yes and questions lie close together."),
}

TO_AN_ORGANISATION: dict[Verdict, _StrPromise] = {
    of(Pattern.QUESTION_SO_FAR, A): pgettext_lazy(
        "organisation",
        "So far one thing is still a question: how you come across.",
    ),
    of(Pattern.QUESTIONS, A): pgettext_lazy(
        "organisation",
        "Between you and others it is a yes; how you come across is still a question.",
    ),
    of(Pattern.QUESTIONS, A, C): pgettext_lazy(
        "organisation",
        "What ties you to others is a yes; how you meet them is still a question.",
    ),
    of(Pattern.QUESTIONS, T, G): pgettext_lazy(
        "organisation",
        "How you meet others is a yes; what ties you to them is still a question.",
    ),
    of(Pattern.GATHERED, A): pgettext_lazy(
        "organisation",
        "You say yes above all to how you come across; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, C): pgettext_lazy(
        "organisation",
        "You say yes above all to real conversation; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, T): pgettext_lazy(
        "organisation",
        "You say yes above all to ties that last; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, G): pgettext_lazy(
        "organisation",
        "You say yes above all to give and take; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, A, C): pgettext_lazy(
        "organisation",
        "You say yes above all to how you meet others; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, A, T): pgettext_lazy(
        "organisation",
        "You say yes above all to how you come across and to ties that last; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, A, G): pgettext_lazy(
        "organisation",
        "You say yes above all to how you come across and to give and take; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, C, T): pgettext_lazy(
        "organisation",
        "You say yes above all to conversation and to ties that last; elsewhere, questions remain.",
    ),
    of(Pattern.GATHERED, T, G): pgettext_lazy(
        "organisation",
        "You say yes above all to what ties you to others; elsewhere, questions remain.",
    ),
}


# Short words that end a clause stay together: no line of the headline begins with “Ja;”.
LAST_SHORT_WORDS = re.compile(r"\b\w{1,5} \w{1,5}(?: \w{1,5})?(?=[,;.])")


def in_words(verdict: Verdict, perspective: str) -> str:
    said = SENTENCES[verdict]
    if perspective == Perspective.ORGANISATION:
        said = TO_AN_ORGANISATION.get(verdict, said)
    return LAST_SHORT_WORDS.sub(_kept_together, str(said))


def _kept_together(words: re.Match[str]) -> str:
    return words[0].replace(" ", "\N{NO-BREAK SPACE}")
