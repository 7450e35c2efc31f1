"""What the guide asks: seven questions to answer in one's own words, and which of the ten they speak to.

The checklist asks how one is with others; the guide asks what that looks like in one's own life. Beside each
of the ten stand one or two of the seven, so that none is left alone and none is crowded:

- How strangers may approach me → dialogue: a conversation is what its opening makes of it; company: there,
  too, somebody meets me the way I meet others.
- A message to smile at → dialogue: it is written to one person, not to an audience; missing others: behind
  it stands somebody whose silence I would notice.
- Gladly accepting, declining → reciprocity: giving has its limits, too; motives: whoever knows why they
  decline can say so openly.
- Someone by my side → reciprocity: letting oneself be helped is half of give and take; balance: it shows on
  which side something is missing.
- Where I belong and what I bring → missing others: these are the people meant there; being missed: what I
  bring is what would be missing.
- Relying on someone → lasting ties: reliance is what the years leave behind; respect: what I look for in
  others is the measure of my own word.
- As I wish it myself → authenticity: whether the one who begins is me; respect and company: it turns both
  questions round.

The guide is about oneself: it stands beside the checks of a person, not beside those of an organisation. A
key is kept for ever, since what people have written is found by it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuideQuestion:
    """One of the seven: what it asks, a line to begin from, and the keys of the ten it speaks to."""

    key: str
    question: str
    help: str
    speaks_to: tuple[str, ...]


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue; it is translated where it is shown."""
    return sentence


QUESTIONS = (
    GuideQuestion(
        key="being-approached",
        question=_("How should someone who does not know me approach me?"),
        help=_("With a question, a greeting, through someone you both know: what makes it easy for you?"),
        speaks_to=("dialogue", "company"),
    ),
    GuideQuestion(
        key="smile",
        question=_("Which message would make me smile today?"),
        help=_("Who would it come from, and what would it say? One sentence is enough."),
        speaks_to=("dialogue", "missing-others"),
    ),
    GuideQuestion(
        key="requests",
        question=_("When do I gladly accept a request, and when do I decline?"),
        help=_("Think of one you were glad to accept, and of one you declined. What made the difference?"),
        speaks_to=("reciprocity", "motives"),
    ),
    GuideQuestion(
        key="by-my-side",
        question=_("Where would I like someone by my side?"),
        help=_("Something you are carrying alone just now, or something that would be nicer together."),
        speaks_to=("reciprocity", "balance"),
    ),
    GuideQuestion(
        key="belonging",
        question=_("Where do I belong, and what do I bring there?"),
        help=_("A family, a choir, a team, a street: what is there because you are there?"),
        speaks_to=("missing-others", "being-missed"),
    ),
    GuideQuestion(
        key="reliance",
        question=_("How do I notice that I can rely on someone?"),
        help=_("Think of somebody you never need to remind. When did you first notice?"),
        speaks_to=("lasting-ties", "respect"),
    ),
    GuideQuestion(
        key="approaching-others",
        question=_("Do I approach others the way I wish to be approached?"),
        help=_("Lay your answer to the first question beside the last messages you wrote to strangers."),
        speaks_to=("authenticity", "respect", "company"),
    ),
)


def question_with(key: str) -> GuideQuestion | None:
    """The one of the seven with this key, if there is one."""
    return next((question for question in QUESTIONS if question.key == key), None)


def speaking_to(key: str) -> tuple[GuideQuestion, ...]:
    """Those that speak to this question of the checklist."""
    return tuple(question for question in QUESTIONS if key in question.speaks_to)
