"""Views of the list: kept under a name, opened, changed, called otherwise, removed and brought back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from contacts.models import Circle, Membership, SavedView
from tests.contacts.test_list import LIST, NAMES
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

SAVE = reverse("contacts:save_view")
TABS = re.compile(r'<a class="btn btn-quiet btn-sm" href="[^"]*"( aria-current="true")?>([^<]+)</a>')


def tabs(page: str) -> list[str]:
    """The views above the list; the current one with a star."""
    nav = page.partition('aria-label="Saved views"')[2].partition("</nav>")[0]
    return [name + ("*" if current else "") for current, name in TABS.findall(nav)]


def door(name: str, view: SavedView) -> str:
    return reverse(f"contacts:{name}_view", args=[view.pk])


def test_what_is_shown_is_kept_under_a_name_and_opened_again(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Near", family="X", closeness=8)
    ContactFactory.create(owner=user, given="Far", family="X", closeness=1)
    page = signed_in.get(f"{LIST}?sort=close&closeness=7-8").text
    assert "Saved views" not in page
    assert f'href="{SAVE}?closeness=7-8&amp;sort=close">Save as a view</a>' in page
    form = signed_in.get(f"{SAVE}?closeness=7-8&sort=close").text
    assert "Closeness: close" in form
    assert "Closest first" in form
    page = signed_in.post(f"{SAVE}?closeness=7-8&sort=close", {"name": "  The  close "}, follow=True).text
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query) == (user, "The close", "closeness=7-8&sort=close")
    assert tabs(page) == ["Everybody", "The close*"]
    assert NAMES.findall(page) == ["Near X"]
    assert "Save as a view" not in page
    assert tabs(signed_in.get(LIST).text) == ["Everybody*", "The close"]
    assert tabs(signed_in.get(f"{LIST}?closeness=7-8&sort=close").text) == ["Everybody", "The close*"]


def test_a_view_that_was_changed_offers_to_keep_the_change(signed_in: Client, user: User) -> None:
    view = SavedView.objects.create(owner=user, name="Close", query="closeness=7-8")
    page = signed_in.get(f"{LIST}?closeness=7-8&view={view.pk}").text
    assert "Keep what is shown now" not in page
    page = signed_in.get(f"{LIST}?closeness=7-8&kind=person&view={view.pk}").text
    assert tabs(page) == ["Everybody", "Close*"]
    action = f'{door("replace", view)}?closeness=7-8&amp;kind=person"'
    assert action in page
    response = signed_in.post(f"{door('replace', view)}?closeness=7-8&kind=person")
    assert response["Location"] == f"{LIST}?closeness=7-8&kind=person&view={view.pk}"
    view.refresh_from_db()
    assert view.query == "closeness=7-8&kind=person"


def test_chips_and_pages_stay_with_the_view(signed_in: Client, user: User) -> None:
    view = SavedView.objects.create(owner=user, name="Close", query="closeness=7-8")
    for _ in range(51):
        ContactFactory.create(owner=user, closeness=7)
    page = signed_in.get(f"{LIST}?closeness=7-8&view={view.pk}").text
    assert f'class="chip" href="?view={view.pk}"' in page
    assert re.search(rf'href="\?closeness=7-8&amp;view={view.pk}&amp;after=', page)
    assert f'type="hidden" name="view" value="{view.pk}"' in page


def test_a_view_is_called_otherwise(signed_in: Client, user: User) -> None:
    view = SavedView.objects.create(owner=user, name="Close", query="closeness=7-8")
    assert 'value="Close"' in signed_in.get(door("rename", view)).text
    page = signed_in.post(door("rename", view), {"name": "Near"}, follow=True).text
    assert tabs(page) == ["Everybody", "Near*"]
    assert signed_in.post(door("rename", view), {"name": "Near"}).status_code == 303


def test_a_removed_view_comes_back_though_its_name_was_given_away(signed_in: Client, user: User) -> None:
    long = "n" * 60
    view = SavedView.objects.create(owner=user, name=long, query="closeness=7-8")
    page = signed_in.post(door("remove", view), follow=True).text
    assert "is removed." in page
    assert "Saved views" not in page
    undo = re.search(r'action="([^"]+bring-back[^"]+)"', page)
    assert undo
    assert f"View “{long}”" in signed_in.get(reverse("contacts:bin")).text
    SavedView.objects.create(owner=user, name=long, query="kind=person")
    SavedView.objects.create(owner=user, name="n" * 56 + " (2)", query="kind=person")
    signed_in.post(undo[1].replace("&amp;", "&"))
    view.refresh_from_db()
    assert view.removed_at is None
    assert view.name == "n" * 56 + " (3)"
    assert view.name in view.in_bin
    for name in ("rename", "replace", "remove"):
        view.remove()
        assert signed_in.post(door(name, view), {"name": "X"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "This field is required."),
        ("   ", "This field is required."),
        ("x" * 61, "at most 60"),
        ("a\x00b", "Null characters are not allowed."),
        ("a\ufffdb", "Some characters were damaged"),
        ("Taken", "You have a view of this name already."),
    ],
)
def test_a_name_that_cannot_be_is_said_at_the_field(
    signed_in: Client, user: User, name: str, said: str
) -> None:
    SavedView.objects.create(owner=user, name="Taken", query="kind=person")
    view = SavedView.objects.create(owner=user, name="Mine", query="closeness=7-8")
    for url in (f"{SAVE}?closeness=open", door("rename", view)):
        response = signed_in.post(url, {"name": name})
        assert response.status_code == 422
        assert said in response.text
    view.refresh_from_db()
    assert view.name == "Mine"
    assert SavedView.objects.count() == 2


def test_the_same_view_sent_twice_is_one(signed_in: Client, user: User) -> None:
    for _ in range(2):
        assert signed_in.post(f"{SAVE}?closeness=open", {"name": "Open"}).status_code == 303
    assert SavedView.objects.count() == 1
    # Under the same name something else is another view, and no double.
    assert signed_in.post(f"{SAVE}?closeness=0-2", {"name": "Open"}).status_code == 422


@pytest.mark.parametrize("query", ["", "x=1", "closeness=11", "sort=", "after=x", "q=%00"])
def test_the_whole_list_is_no_view(signed_in: Client, user: User, query: str) -> None:
    response = signed_in.post(f"{SAVE}?{query}", {"name": "Everything"})
    assert response.status_code == 422
    assert "This would be the whole list." in response.text
    assert "Everything" in response.text
    view = SavedView.objects.create(owner=user, name="Close", query="closeness=7-8")
    signed_in.post(f"{door('replace', view)}?{query}")
    view.refresh_from_db()
    assert view.query == "closeness=7-8"


def test_a_view_whose_circle_is_gone_says_so_and_shows_the_rest(signed_in: Client, user: User) -> None:
    circle = Circle.objects.create(owner=user, name="Choir")
    ada = ContactFactory.create(owner=user, given="Ada", family="X", closeness=8)
    Membership.objects.create(owner=user, circle=circle, contact=ada)
    signed_in.post(f"{SAVE}?circle={circle.pk}&closeness=7-8", {"name": "Close choir"})
    view = SavedView.objects.get()
    circle.delete()
    page = signed_in.get(view.get_absolute_url()).text
    assert "Not everything that “Close choir” asks for exists any more. Left out: Circles." in page
    assert NAMES.findall(page) == ["Ada X"]
    assert "Keep what is shown now" in page


def test_nothing_of_a_stranger_gets_into_a_view_or_out_of_one(
    signed_in: Client, user: User, stranger: User
) -> None:
    circle = Circle.objects.create(owner=stranger, name="Canary")
    theirs = SavedView.objects.create(owner=stranger, name="Canary", query="closeness=7-8")
    signed_in.post(f"{SAVE}?circle={circle.pk}&closeness=open", {"name": "Canary"})
    mine = SavedView.objects.of(user).get()
    assert mine.query == "closeness=open"
    page = signed_in.get(f"{LIST}?closeness=7-8&view={theirs.pk}").text
    assert tabs(page) == ["Everybody", "Canary"]
    for name in ("rename", "replace", "remove"):
        assert signed_in.post(door(name, theirs), {"name": "Mine"}).status_code == 404


def test_the_current_view_is_among_the_few_above_the_list(signed_in: Client, user: User) -> None:
    views = [SavedView.objects.create(owner=user, name=f"View {n}", query=f"q=v{n}") for n in range(8)]
    page = signed_in.get(LIST).text
    assert tabs(page) == ["Everybody*", "View 0", "View 1", "View 2", "View 3", "View 4"]
    assert "More views" in page
    assert "View 7" in page
    page = signed_in.get(views[6].get_absolute_url()).text
    assert tabs(page) == ["Everybody", "View 0", "View 1", "View 2", "View 3", "View 6*"]


def test_views_cost_the_list_nothing(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ContactFactory.create(owner=user)
    signed_in.get(LIST)
    costs = set()
    for many in (0, 1, 40):
        for n in range(many):
            SavedView.objects.create(owner=user, name=f"View {many} {n}", query="kind=person")
            Circle.objects.create(owner=user, name=f"Circle {many} {n}")
        with django_assert_max_num_queries(8) as queries:
            signed_in.get(LIST)
        costs.add(len(queries))
    assert len(costs) == 1
