"""Who knows whom among one's people, and what they are to each other.

A tie lies between two contacts. Two of its kinds say how strong it is: they know each other, or they are
especially close; a pair has one of them at most. The others say what somebody is to somebody, and a pair may
have several. Strangers are never stored: where no tie is, nothing is known, and of those whom a round
(`TieRound`) asked about, whoever was not said to know each other is a stranger.

`Contact.introduced_by` is another thing: who introduced somebody to the owner. `As.INTRODUCED` is about two
others whom the owner brought together.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Case, F, FloatField, Func, Max, Q, Value, When
from django.db.models.functions import Greatest, JSONObject, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models.interactions import NAMES
from contacts.models.people import Contact
from contacts.rounds import FEWEST, MOST, Asking
from netvalue.accounts.models import User
from netvalue.ownership import Owned, OwnedQuerySet, SameOwner
from netvalue.undo import Removable, RemovableQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contacts.models.finding import ContactQuerySet


class As(models.TextChoices):
    """What somebody is to somebody, from the one's side, in the order in which a page names them."""

    PARTNER = "partner", _("together with")
    PARENT = "parent", _("mother or father of")
    CHILD = "child", _("child of")
    SIBLING = "sibling", _("brother or sister of")
    FAMILY = "family", _("related to")
    FRIEND = "friend", _("friends with")
    COLLEAGUE = "colleague", _("works with")
    INTRODUCED = "introduced", _("knows through you")
    CLOSE = "close", _("especially close to")
    KNOWS = "knows", _("knows")


STRENGTHS: Final = (As.KNOWS, As.CLOSE)
# A child's tie is kept as the parent's; all others read the same from either side.
KINDS: Final = [kind.value for kind in As if kind is not As.CHILD]
# What is between two who know each other (research: “total strangers / know each other / especially close”).
KNOWN, CLOSE = 0.5, 1.0
# Two of one sort cannot stand side by side.
SORT = Case(When(kind=As.CLOSE, then=Value(As.KNOWS.value)), default=F("kind"))


class TieQuerySet(RemovableQuerySet["Tie"]):
    """Ties by the questions pages and measures ask."""

    def about(self, contact: Any) -> Self:
        """Those somebody has, from either side."""
        return self.filter(Q(one=contact) | Q(other=contact))

    def with_any(self, people: Iterable[Contact]) -> Self:
        among = list(people)
        return self.filter(Q(one__in=among) | Q(other__in=among))

    def among(self, people: Iterable[Contact] | ContactQuerySet) -> Self:
        """Those between two of these."""
        return self.filter(one__in=people, other__in=people)

    def between_shown(self) -> Self:
        """Those between people whose names may be shown."""
        named = self.filter(one__hidden=False, other__hidden=False)
        return named.filter(one__removed_at=None, other__removed_at=None)

    def seen_from(self, pk: Any) -> Any:
        """Each as it reads from somebody's side, in the order of a page."""
        they = Case(When(one=pk, then=names("other")), default=names("one"))
        role = Case(
            When(kind=As.PARENT, other=pk, then=Value(As.CHILD.value)),
            default=F("kind"),
            output_field=models.TextField(),
        )
        order = Value(As.values, output_field=ArrayField(models.TextField()))
        rank = Func(order, F("role"), function="array_position", output_field=models.IntegerField())
        name = Case(When(one=pk, then=F("other__sort_key")), default=F("one__sort_key"))
        row = JSONObject(id=F("id"), role=F("role"), they=they)
        seen = self.annotate(role=role, row=row, rank=rank, name=name).order_by("rank", "name", "id")
        return seen.values_list("row", flat=True)

    def alike(self, kind: str) -> Self:
        """Of the same sort: whatever says how strong a tie is, or this very relation."""
        return self.filter(kind__in=STRENGTHS) if kind in STRENGTHS else self.filter(kind=kind)

    def weighted_pairs(self) -> Any:
        """Each pair once: two ids, the smaller first, and how strong their tie is.

        Whoever is something to somebody knows them. Strong is only what was said to be.
        """
        weight = Case(When(kind=As.CLOSE, then=CLOSE), default=KNOWN, output_field=FloatField())
        pairs = self.kept().annotate(low=Least("one_id", "other_id"), high=Greatest("one_id", "other_id"))
        strongest = pairs.order_by().values("low", "high").annotate(strongest=Max(weight))
        return strongest.values_list("low", "high", "strongest")

    @transaction.atomic
    def say(self, contact: Contact, others: Iterable[Contact], role: As) -> int:
        """`contact` is this to each of `others`. The last word counts; how many ties it changed or made."""
        held = hold([contact, *others])
        if held.pop(contact.pk, None) is None:
            return 0
        ends = [(other, ends_of(contact, other, role)) for other in held.values()]
        kind = As.PARENT if role is As.CHILD else role
        found = self.kept().about(contact).with_any(held.values()).alike(kind)
        before = {tie.other_than(contact): tie for tie in found}
        made = [Tie(owner_id=contact.owner_id, **end) for other, end in ends if other.pk not in before]
        changed = [tie for other, end in ends if (tie := before.get(other.pk)) and tie.becomes(**end)]
        Tie.objects.bulk_create(made)
        Tie.objects.bulk_update(changed, ["kind", "one", "other"])
        return len(made) + len(changed)

    @transaction.atomic
    def unsay(self, contact: Contact, others: Iterable[Contact]) -> list[Tie]:
        """It was not said how strong the ties of these are; what they are to each other stays."""
        held = hold([contact, *others])
        held.pop(contact.pk, None)
        gone = list(self.kept().about(contact).with_any(held.values()).alike(As.KNOWS))
        self.filter(pk__in=[tie.pk for tie in gone]).update(removed_at=timezone.now())
        return gone


def names(side: str) -> JSONObject:
    """What a name is made of, and whether it stands in the archive."""
    return JSONObject(**{column: F(f"{side}__{column}") for column in (*NAMES, "photo_uid", "archived_at")})


def ends_of(contact: Contact, other: Contact, role: As) -> dict[str, Any]:
    """How it is kept that somebody is this to somebody."""
    if role is As.CHILD:
        return {"kind": As.PARENT.value, "one": other, "other": contact}
    return {"kind": role.value, "one": contact, "other": other}


def hold(people: Iterable[Contact]) -> dict[int, Contact]:
    """Those still there, held in one order until all is written, so that nobody waits in a ring."""
    ids = {who.pk for who in people}
    held = Contact.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return {who.pk: who for who in held}


class Tie(Removable):
    """What `one` is to `other`."""

    one = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=As)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[TieQuerySet] = TieQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            SameOwner("one", name="contacts_tie_one_same_owner"),
            SameOwner("other", name="contacts_tie_other_same_owner"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="contacts_tie_kind"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="contacts_tie_with_another"),
            models.UniqueConstraint(
                Least("one", "other"),
                Greatest("one", "other"),
                SORT,
                condition=Q(removed_at=None),
                name="contacts_tie_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one}: {self.get_kind_display()} {self.other}"

    @property
    def in_bin(self) -> str:
        """What it was; of whom stands beside it."""
        return gettext("Who knows whom: %(role)s …") % {"role": self.get_kind_display()}

    @property
    def weight(self) -> float:
        return CLOSE if self.kind == As.CLOSE else KNOWN

    def other_than(self, contact: Contact) -> int:
        return self.one_id if self.other_id == contact.pk else self.other_id

    def role_of(self, contact: Contact) -> As:
        """What somebody is to the other."""
        return As.CHILD if self.kind == As.PARENT and self.other_id == contact.pk else As(self.kind)

    def becomes(self, *, kind: str, one: Contact, other: Contact) -> bool:
        """Whether anything is another now; who is on which side matters only where that reads differently."""
        if kind == self.kind and (kind != As.PARENT or one.pk == self.one_id):
            return False
        self.kind, self.one, self.other = kind, one, other
        return True

    @transaction.atomic
    def change(self, contact: Contact, role: As) -> None:
        """Somebody is this to the other, also if it was removed meanwhile; what said the same gives way."""
        self.hold()
        one, other = (self.one, self.other) if self.one_id == contact.pk else (self.other, self.one)
        if self.becomes(**ends_of(one, other, role)) or self.removed_at:
            self.rivals().delete()
            self.removed_at = None
            self.save(update_fields=["kind", "one", "other", "removed_at"])

    @transaction.atomic
    def bring_back(self) -> None:
        """As it was. What was said of the two meanwhile gives way: into the bin, if it was something else."""
        self.hold()
        for rival in self.rivals():
            if rival.kind == self.kind and rival.role_of(self.one) == self.kind:
                rival.delete()
            else:
                rival.remove()
        super().bring_back()

    def rivals(self) -> TieQuerySet:
        """What else is kept of the two that cannot stand beside this."""
        pair = Tie.objects.about(self.one).about(self.other)
        return pair.kept().alike(self.kind).exclude(pk=self.pk)

    def hold(self) -> None:
        hold([self.one, self.other])
        self.refresh_from_db(from_queryset=Tie.objects.select_for_update(of=("self",)))


class TieRoundQuerySet(OwnedQuerySet["TieRound"]):
    """Rounds by the questions pages ask."""

    def open(self) -> Self:
        return self.filter(finished_at=None)

    @transaction.atomic
    def begin(self, owner: User, token: uuid.UUID) -> TieRound | None:
        """A new round, and the open one ends; the same one for a form sent twice; none with too few people.

        Everybody in view is as likely to be drawn: only then do the pairs speak for the whole network. They
        are asked about in the order of their names, which stays the same from page to page.
        """
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if same := self.of(owner).filter(form_token=token).first():
            return same
        drawn = hold(to_be_asked_about(owner).order_by("?")[:MOST])
        if len(drawn) < FEWEST:
            return None
        self.of(owner).open().update(finished_at=timezone.now())
        begun = self.create(owner=owner, form_token=token)
        people = sorted(drawn.values(), key=lambda who: (who.sort_key, who.pk))
        TieRoundPerson.objects.bulk_create(
            TieRoundPerson(owner=owner, round=begun, contact=who, place=place)
            for place, who in enumerate(people, start=1)
        )
        return begun


def to_be_asked_about(owner: User) -> ContactQuerySet:
    """The living people in view: of an organisation nobody could say whom it knows."""
    return Contact.objects.of(owner).in_view().living().people()


class TieRound(Owned):
    """Which of these people know each other, asked of a few drawn at random.

    It keeps who was drawn, in which order, and how far one has come: whoever is in a pair that was asked
    about and has no tie is a stranger to the other. Who is put away leaves the round with the next answer.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    reached = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[TieRoundQuerySet] = TieRoundQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="contacts_tie_round_id_owner"),
            models.UniqueConstraint(fields=["owner", "form_token"], name="contacts_tie_round_one_per_form"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(finished_at=None), name="contacts_tie_round_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.begun_at.date())

    def get_absolute_url(self) -> str:
        return reverse("contacts:round_result", args=[self.uid])

    def asking(self) -> Asking[Contact]:
        """Who is still asked about, and how far one has come."""
        parts = self.parts.filter(contact__in=to_be_asked_about(self.owner)).select_related("contact")
        return Asking([(part.place, part.contact) for part in parts.order_by("place")], self.reached)

    @transaction.atomic
    def answer(self, contact: Contact, said: Mapping[Contact, As | None]) -> list[Tie]:
        """What was said of somebody and some others; the ties that are no longer."""
        for role in STRENGTHS:
            if others := [who for who, word in said.items() if word is role]:
                Tie.objects.of(self.owner).say(contact, others, role)
        strangers = [who for who, word in said.items() if word is None]
        return Tie.objects.of(self.owner).unsay(contact, strangers) if strangers else []

    def reach(self, place: int) -> None:
        """This page is answered; with the last one the round is finished."""
        self.parts.exclude(contact__in=to_be_asked_about(self.owner)).delete()
        self.reached = max(self.reached, place)
        if self.asking().next is None and self.finished_at is None:
            self.finished_at = timezone.now()
        self.save(update_fields=["reached", "finished_at"])


class TieRoundPerson(Owned):
    """Who was drawn for a round."""

    round = models.ForeignKey(TieRound, on_delete=models.CASCADE, related_name="parts")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "place"], name="contacts_tie_round_place"),
            models.UniqueConstraint(fields=["round", "contact"], name="contacts_tie_round_person"),
            SameOwner("round", name="contacts_tie_round_person_round_same_owner"),
            SameOwner("contact", name="contacts_tie_round_person_contact_same_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.contact}"
