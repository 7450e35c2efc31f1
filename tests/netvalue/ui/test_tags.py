from __future__ import annotations

import pytest
from django.template import Context, Template

from netvalue.ui.templatetags.ui import initials


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Aylin Demir", "AD"),
        ("Benedikt von der Heydt", "BH"),
        ("Dr. Tobias Krämer", "TK"),
        ("J. R. R.", "JR"),
        ("Heydt-Lindemann", "HL"),
        ("cher", "C"),
        ("Plato", "P"),
        ("Émile Zola", "ÉZ"),
        ("李 明", "李明"),
        ("… !", "?"),
        ("", "?"),
    ],
)
def test_initials_come_from_the_names_that_are_capitals(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "x" %}')
    labelled = render('{% icon "x" label=label %}', label='Close "it"')
    assert 'role="img" aria-label="Close &quot;it&quot;"' in labelled
    assert "aria-hidden" not in labelled


def test_what_people_typed_is_text_in_every_component() -> None:
    evil = "<b onclick=x>"
    page = render(
        "{% card title=t sub=t %}{{ t }}{% endcard %}{% page_head t lead=t %}{% endpage_head %}"
        "{% empty_state t text=t %}{% endempty_state %}{% notice title=t %}{{ t }}{% endnotice %}"
        '{% toast t %}{% avatar t %}{% nav_link "/" "today" "house" t %}',
        t=evil,
    )
    assert evil not in page
    assert page.count("&lt;b onclick=x&gt;") == 11


def test_the_buttons_of_a_page_head_are_buttons() -> None:
    page = render('{% page_head "Checks" %} <a class="btn" href="/">{{ t }}</a> {% endpage_head %}', t="<b>")
    assert '<a class="btn" href="/">&lt;b&gt;</a>' in page
    assert "btn-set" not in render('{% page_head "Checks" %} {% endpage_head %}')


@pytest.mark.parametrize(("path", "current"), [("/today/", True), ("/now/more/", True), ("/help/", False)])
def test_the_menu_marks_where_one_is(path: str, current: bool) -> None:  # noqa: FBT001 - a case
    link = render('{% nav_link path "today" "house" "Today" area="/today/ /now/" %}', path=path)
    assert ('aria-current="page"' in link) is current


def test_a_toast_with_an_undo_stays_longer() -> None:
    assert 'data-seconds="10"' in render('{% toast "Saved" %}')
    with_undo = render('{% toast "Gone" undo="/contacts/7/restore/" %}', csrf_token="t")
    assert 'data-seconds="20"' in with_undo
    assert 'action="/contacts/7/restore/"' in with_undo
    assert "csrfmiddlewaretoken" in with_undo
