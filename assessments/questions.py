"""What the checklist asks: ten questions in editions, each in two perspectives, with all their words.

A check keeps the edition it was begun under and is always shown in those words: an edition that anybody has
answered is never reworded; a new one is appended. A question keeps its key from edition to edition. English
is the source; the catalogue holds the other languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Perspective(StrEnum):
    """Whose network is looked at."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question is put: why it is asked, what each answer looks like in a life, and one small step."""

    question: str
    why: str
    yes: str
    partly: str
    no: str
    step: str
    # Whether the step is taken with somebody in particular.
    with_somebody: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One of the ten."""

    number: int
    key: str
    aspect: str
    person: Wording
    organisation: Wording

    def wording(self, perspective: str) -> Wording:
        return self.organisation if perspective == Perspective.ORGANISATION else self.person


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue; it is translated where it is shown."""
    return sentence


FIRST = (
    Question(
        number=1,
        key="authenticity",
        aspect=_("Authenticity"),
        person=Wording(
            question=_("Am I the same person online as I am face to face?"),
            why=_("People rely on what they recognise: the same you, wherever they meet you."),
            yes=_("Whoever knows me only online would recognise me at the kitchen table."),
            partly=_("It is me, only smoother: some things I leave out, some I paint brighter."),
            no=_("Online I play a part that the people closest to me hardly know."),
            step=_("Tell one person something you usually leave out."),
        ),
        organisation=Wording(
            question=_("Do we come across online the way people know us in person?"),
            why=_("People rely on what they recognise: the same house, on the screen and at the door."),
            yes=_("Whoever knows us from the web meets exactly these people at the door."),
            partly=_("People recognise us, but on the web we look smoother than we are."),
            no=_("Our image online has little to do with our working days."),
            step=_("Show online one thing from your working days that you usually leave out."),
            with_somebody=False,
        ),
    ),
    Question(
        number=2,
        key="dialogue",
        aspect=_("Dialogue"),
        person=Wording(
            question=_("Am I after real conversations and a steady exchange, and not just an audience?"),
            why=_("An audience listens while you talk. A network also answers when you ask."),
            yes=_("I ask, wait for the answer, and come back to it weeks later."),
            partly=_("There are real conversations, but more often I post and scroll on."),
            no=_("I mostly look at how many people saw it."),
            step=_("Ask one open question and wait for the answer."),
        ),
        organisation=Wording(
            question=_("Are we after real conversations and a steady exchange, and not just an audience?"),
            why=_("An audience listens while an organisation talks. A network also answers when it asks."),
            yes=_("Whoever writes to us hears back from a person, and we ask in return."),
            partly=_("We do answer, but we rarely start a conversation ourselves."),
            no=_("We publish, and count who saw it."),
            step=_("Ask the people you reach one open question, and answer everyone who replies."),
            with_somebody=False,
        ),
    ),
    Question(
        number=3,
        key="lasting-ties",
        aspect=_("Lasting ties"),
        person=Wording(
            question=_("Would I give up a quick win to keep a relationship that lasts?"),
            why=_("Quick wins are soon used up. What carries you later are the people who stayed."),
            yes=_("I have already let something go because a person mattered more to me."),
            partly=_("With those closest to me, yes; with others it depends on what is at stake."),
            no=_("If it pays off, I accept that we lose touch."),
            step=_("Write to someone you have known for over five years, wanting nothing."),
        ),
        organisation=Wording(
            question=_("Would we give up a quick win to keep a relationship that lasts?"),
            why=_("Quick deals are soon over. What carries an organisation later are those who stayed."),
            yes=_("We have already turned down a deal so as not to let someone down."),
            partly=_("With long-standing partners, yes; otherwise the next quarter decides."),
            no=_("When it comes down to it, the quick result wins."),
            step=_("Get in touch with a long-standing partner, wanting nothing."),
        ),
    ),
    Question(
        number=4,
        key="respect",
        aspect=_("Respect"),
        person=Wording(
            question=_("Do I treat people online with respect, and can they rely on my word there?"),
            why=_(
                "Respect shows where it would be easy to do without: from afar, in haste, among strangers."
            ),
            yes=_("I write nothing that I would not say to someone’s face, and I keep what I promise."),
            partly=_("Mostly. In the heat of the moment a sentence slips out, in a rush a promise slips by."),
            no=_("Online I am sharper, or less reliable, than I am elsewhere."),
            step=_("Keep one promise today, and say so."),
        ),
        organisation=Wording(
            question=_("Do we treat people online with respect, and can they rely on our word there?"),
            why=_("How an organisation treats those it does not need just now is long remembered."),
            yes=_("We stay courteous even when it gets uncomfortable, and our promises hold."),
            partly=_("Mostly. Some answers come late, some promises are forgotten."),
            no=_("We delete or pass over criticism, and promises hold for as long as they suit us."),
            step=_("Make good on one open promise this week, and tell those it concerns."),
        ),
    ),
    Question(
        number=5,
        key="reciprocity",
        aspect=_("Reciprocity"),
        person=Wording(
            question=_("Do I live by give and take?"),
            why=_("A network lives on somebody giving first, without keeping accounts."),
            yes=_("I help before anyone asks, and I can let myself be helped, too."),
            partly=_("When I am asked, I help. Offering help, or accepting it, comes harder to me."),
            no=_("I get in touch mainly when I need something."),
            step=_("Offer help before anyone asks."),
        ),
        organisation=Wording(
            question=_("Do we live by give and take?"),
            why=_("Partners stay where something comes back."),
            yes=_("We recommend, introduce and share, even where nothing is in it for us."),
            partly=_("We give, but usually with an eye to what we get in return."),
            no=_("We get in touch when we want to sell something or need something."),
            step=_("Recommend a partner this week, before they ask you to."),
        ),
    ),
    Question(
        number=6,
        key="balance",
        aspect=_("Balance of support"),
        person=Wording(
            question=_("Am I there for others as much as they are there for me?"),
            why=_("Nobody keeps count, and yet over the years one feels which way it leans."),
            yes=_("At times I carry, at times I am carried. Over time it evens out."),
            partly=_("With some people, yes. From others I take more than I give."),
            no=_("Others are clearly there for me more often than I am for them."),
            step=_("Return one favour that is still open."),
        ),
        organisation=Wording(
            question=_("Are we there for others as much as they are there for us?"),
            why=_("Nobody keeps a ledger, and yet over the years partners feel which way it leans."),
            yes=_("When things get tight for our partners we are there, as they have been for us."),
            partly=_("With some partners, yes. From others we take more than we give."),
            no=_("We are helped more often than we help."),
            step=_("Return one favour that a partner once did you."),
        ),
    ),
    Question(
        number=7,
        key="motives",
        aspect=_("Clean motives"),
        person=Wording(
            question=_("Could I tell the people closest to me openly why I do what I do online?"),
            why=_("What can be said openly needs no disguise, and others sense that."),
            yes=_("Two sentences at the kitchen table would do, and I would leave nothing out."),
            partly=_("Most of it, yes. Here and there I would rather change the subject."),
            no=_("I would rather not be asked, or do not quite know myself."),
            step=_("Write down in two sentences why you post."),
            with_somebody=False,
        ),
        organisation=Wording(
            question=_("Could we say openly, at every kitchen table, why we do what we do online?"),
            why=_("What can be said openly needs no disguise, and people outside sense that."),
            yes=_("We could explain it to anybody, our own families included."),
            partly=_("Most of it, yes. Some of it we would rather wrap up nicely."),
            no=_("We would rather not be asked, or each of us would give a different answer."),
            step=_("Write down together, in two sentences, why you post."),
            with_somebody=False,
        ),
    ),
    Question(
        number=8,
        key="company",
        aspect=_("Good company"),
        person=Wording(
            question=_("Would I enjoy coming across someone like me?"),
            why=_("Here the view turns round: someone meets you the way you meet others."),
            yes=_("Someone like that gets back to me, listens, and is happy for me."),
            partly=_("On good days, yes; on others I would find myself hard going."),
            no=_("I would probably keep my distance, or wait for an answer in vain."),
            step=_("Answer one message that has been waiting."),
        ),
        organisation=Wording(
            question=_("Would we enjoy coming across an organisation like ours?"),
            why=_("Here the view turns round: an organisation meets you the way you meet others."),
            yes=_("We would gladly have it as a partner or a neighbour."),
            partly=_("With some of the people there, yes; with others it would be hard going."),
            no=_("We would probably look for somebody else."),
            step=_("Answer one enquiry that has been waiting too long."),
        ),
    ),
    Question(
        number=9,
        key="missing-others",
        aspect=_("Missing others"),
        person=Wording(
            question=_("Would something be missing if contact with these people ended tomorrow?"),
            why=_("A gap shows what was there: not how many contacts, but what tied you to them."),
            yes=_("I could name them straight away, and each of them would leave a gap."),
            partly=_("A few of them I would miss; with many I would hardly notice."),
            no=_("My days would go on much as they do now."),
            step=_("Mark whom you would miss, and call one of them."),
        ),
        organisation=Wording(
            question=_("Would something be missing for us if contact with these people ended tomorrow?"),
            why=_("A gap shows what was there: not how many contacts, but what they meant to your work."),
            yes=_("We know by name whom we would miss, and not only for the turnover."),
            partly=_("Some partnerships we would miss; others could be replaced."),
            no=_("We would find a replacement and carry on."),
            step=_("Name three partners you would miss, and call one of them."),
        ),
    ),
    Question(
        number=10,
        key="being-missed",
        aspect=_("Being missed"),
        person=Wording(
            question=_("Do I want to be someone whose absence is felt?"),
            why=_("Being missed cannot be demanded. But one can want it, and live that way."),
            yes=_("I want people to be able to count on me, and I work at that."),
            partly=_("For a few people, yes; with the rest I have never thought about it."),
            no=_("I would rather stay on the edge, where nobody counts on me."),
            step=_("Ask one person what they count on you for."),
        ),
        organisation=Wording(
            question=_("Do we want to be an organisation whose absence is felt?"),
            why=_("Being missed cannot be bought by advertising. It grows from what people can count on."),
            yes=_("People should notice when we are not there, and we work at that."),
            partly=_("For a few, yes. For most we are one supplier among many."),
            no=_("It is enough for us if the orders keep coming."),
            step=_("Ask one partner what they count on you for."),
        ),
    ),
)

EDITIONS: dict[int, tuple[Question, ...]] = {1: FIRST}


def current() -> int:
    """The edition that a check is begun under today."""
    return max(EDITIONS)
