"""The guide: seven questions, answered in versions that stay as they were."""

from __future__ import annotations

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains

from assessments import guide, questions
from assessments.models import Answer, Assessment, GuideAnswer
from assessments.tasks import forget_removed_guide_answers
from tests.assessments.series import queries
from tests.assessments.test_history import taken
from tests.contacts.test_at_the_same_time import in_a_thread, wait_until_somebody_waits
from tests.factories import UserFactory

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from netvalue.accounts.models import User

GUIDE = "/check/guide/"
SMILE = "/check/guide/smile/"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def write(client: Client, text: str, url: str = SMILE, token: uuid.UUID | None = None) -> Response:
    return client.post(url, {"text": text, "token": str(token or uuid.uuid4())})


def versions(user: User, key: str = "smile") -> list[str]:
    """What stands there, newest first."""
    return [answer.text for answer in GuideAnswer.objects.of(user).about(key).kept().newest_first()]


def wrote(user: User, text: str, key: str = "smile", days_ago: int = 0) -> GuideAnswer:
    then = timezone.now() - timedelta(days=days_ago)
    assert GuideAnswer.write(user, key, text, uuid.uuid4(), at=then)
    return GuideAnswer.objects.of(user).get(text=text, question=key)


# --- What it asks ---------------------------------------------------------------------------------------


def test_the_seven_keep_their_keys_for_ever() -> None:
    assert [question.key for question in guide.QUESTIONS] == [
        "being-approached",
        "smile",
        "requests",
        "by-my-side",
        "belonging",
        "reliance",
        "approaching-others",
    ]


def test_each_speaks_to_questions_that_the_checklist_asks_today() -> None:
    asked = {question.key for question in questions.EDITIONS[questions.current()]}
    for question in guide.QUESTIONS:
        assert question.speaks_to
        assert set(question.speaks_to) <= asked
        assert len(set(question.speaks_to)) == len(question.speaks_to)


def test_none_of_the_ten_is_left_alone_and_none_is_crowded() -> None:
    for question in questions.EDITIONS[questions.current()]:
        speaking = guide.speaking_to(question.key)
        assert 1 <= len(speaking) <= 2
        assert all(question.key in it.speaks_to for it in speaking)
    assert guide.speaking_to("no-such-question") == ()


def test_every_sentence_has_a_german_of_its_own() -> None:
    english = [sentence for it in guide.QUESTIONS for sentence in (it.question, it.help)]
    with translation.override("de"):
        german = [translation.gettext(sentence) for sentence in english]
    assert len({*english, *german}) == 28
    assert all(re.search(r"[.?]$", sentence) for sentence in english + german)
    assert all(it.question.endswith("?") for it in guide.QUESTIONS)


# --- Writing --------------------------------------------------------------------------------------------


def test_what_is_written_stands_in_the_guide_with_its_day(signed_in: Client, user: User) -> None:
    with time_machine.travel(NOON, tick=False):
        assertContains(signed_in.get(GUIDE), "Who would it come from")
        assert write(signed_in, "One from Lea.")["Location"] == f"{GUIDE}#smile"
        page = signed_in.get(GUIDE)
        assertContains(page, "One from Lea.")
        assertContains(page, "Last written: today")
        assertContains(page, "Written down.")
        assertNotContains(page, "Who would it come from")
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assertContains(signed_in.get(GUIDE), "Last written: yesterday")


def test_the_day_is_that_of_its_reader(signed_in: Client, user: User) -> None:
    """In Berlin it is the next day already."""
    with time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=UTC), tick=False):
        wrote(user, "Late.")
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        assertContains(signed_in.get(GUIDE), "Last written: today")


def test_a_change_is_a_new_version_and_the_old_one_stays(signed_in: Client, user: User) -> None:
    write(signed_in, "first")
    write(signed_in, "second")
    assert versions(user) == ["second", "first"]
    page = signed_in.get(SMILE)
    assertContains(page, "One other version")
    assertContains(page, '<p class="own-words">first</p>')
    assertNotContains(page, '<p class="own-words">second</p>')
    assertContains(page, "second</textarea>")


def test_two_tabs_overwrite_nothing(signed_in: Client, user: User) -> None:
    write(signed_in, "at first")
    write(signed_in, "at first, and from the one tab")
    write(signed_in, "at first, and from the other")
    assert versions(user) == ["at first, and from the other", "at first, and from the one tab", "at first"]


def test_saving_the_same_words_again_makes_no_version(signed_in: Client, user: User) -> None:
    write(signed_in, "the same\nwords")
    write(signed_in, "  the same\r\nwords \r\n")
    assert versions(user) == ["the same\nwords"]
    assertContains(signed_in.get(GUIDE), "nothing has changed")


def test_a_double_post_writes_once_even_if_another_came_between(signed_in: Client, user: User) -> None:
    form = uuid.uuid4()
    for text, token in (("first", form), ("first", form), ("second", None), ("first", form)):
        assert write(signed_in, text, token=token).status_code == 303
    assert versions(user) == ["second", "first"]


def test_a_page_gone_back_to_writes_what_is_new_on_it(signed_in: Client, user: User) -> None:
    form = uuid.uuid4()
    write(signed_in, "first", token=form)
    write(signed_in, "first, and more", token=form)
    assert versions(user) == ["first, and more", "first"]


def test_sent_again_after_it_was_removed_it_is_back(signed_in: Client, user: User) -> None:
    form = uuid.uuid4()
    write(signed_in, "first", token=form)
    GuideAnswer.objects.get().remove()
    write(signed_in, "first", token=form)
    assert versions(user) == ["first"]


@pytest.mark.parametrize(("other", "kept"), [("first", ["first"]), ("second", ["second", "first"])])
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_save_at_the_same_time_come_one_after_the_other(other: str, kept: list[str]) -> None:
    user = UserFactory.create()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            GuideAnswer.write(user, "smile", "first", uuid.uuid4())
            second = in_a_thread(pool, lambda: GuideAnswer.write(user, "smile", other, uuid.uuid4()))
            wait_until_somebody_waits(second)
        second.result()
    assert versions(user) == kept


def test_the_same_form_at_two_questions_writes_both(signed_in: Client, user: User) -> None:
    form = uuid.uuid4()
    write(signed_in, "the same", SMILE, form)
    write(signed_in, "the same", "/check/guide/reliance/", form)
    assert (versions(user), versions(user, "reliance")) == (["the same"], ["the same"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nothing is written here yet."),
        (" \r\n\t\N{NO-BREAK SPACE}", "Nothing is written here yet."),
        ("ä" * 4001, "An answer has room for 4000 characters, and this one has 4001."),
        ("x" * 1_000_000, "An answer has room for 4000 characters"),
        ("half a \ufffd word", "Some characters were damaged on their way here."),
        ("with a \x00 in it", "Some characters were damaged on their way here."),
    ],
    ids=["empty", "blank", "long", "megabyte", "damaged", "nul"],
)
def test_what_cannot_be_kept_is_said_and_stays_on_the_page(
    signed_in: Client, user: User, text: str, said: str
) -> None:
    wrote(user, "from before")
    page = write(signed_in, text)
    assertContains(page, said, status_code=422)
    assertContains(page, text.strip(), status_code=422)
    assert versions(user) == ["from before"]


def test_a_full_page_fits_and_line_breaks_count_once(signed_in: Client, user: User) -> None:
    text = ("ü" * 39 + "\r\n") * 100
    assert write(signed_in, text).status_code == 303
    assert len(versions(user)[0]) == 3999


@pytest.mark.parametrize("token", ["", "damaged", "\x00", None])
def test_a_damaged_form_loses_no_words(signed_in: Client, user: User, token: str | None) -> None:
    data = {"text": "kept"} if token is None else {"text": "kept", "token": token}
    assert signed_in.post(SMILE, data).status_code == 303
    assert versions(user) == ["kept"]


def test_markup_is_only_words(signed_in: Client, user: User) -> None:
    write(signed_in, "<b>bold</b> {{ 7 }}")
    for page in (GUIDE, SMILE):
        assertContains(signed_in.get(page), "&lt;b&gt;bold&lt;/b&gt; {{ 7 }}")


@pytest.mark.parametrize("key", ["no-such-question", "respect", "SMILE", "1"])
def test_a_question_that_the_guide_does_not_ask_is_not_found(signed_in: Client, key: str) -> None:
    assert signed_in.get(f"{GUIDE}{key}/").status_code == 404
    assert write(signed_in, "words", f"{GUIDE}{key}/").status_code == 404


# --- Whose it is ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_an_account_one_reads_the_questions_and_why_they_need_one(client: Client) -> None:
    page = client.get(GUIDE)
    assertContains(page, "The guide needs an account")
    assertContains(page, "?next=/check/guide/")
    for question in guide.QUESTIONS:
        assertContains(page, question.question)
        assertNotContains(page, reverse("assessments:guide_question", args=[question.key]))
    assert client.get(SMILE)["Location"] == f"/accounts/login/?next={SMILE}"


def test_what_others_write_is_not_there(signed_in: Client, user: User, stranger: User) -> None:
    theirs = wrote(stranger, "theirs alone")
    check = Assessment.objects.create(owner=user, language="en")
    for page in (GUIDE, SMILE, f"/check/{check.uid}/2/"):
        assertNotContains(signed_in.get(page), "theirs alone")
    for verb in ("remove", "bring-back"):
        assert signed_in.post(f"{SMILE}{theirs.pk}/{verb}/").status_code == 404
    assert versions(stranger) == ["theirs alone"]


def test_a_version_is_only_found_at_its_question(signed_in: Client, user: User) -> None:
    version = wrote(user, "words")
    assert signed_in.post(f"{GUIDE}reliance/{version.pk}/remove/").status_code == 404
    assert signed_in.post(f"{SMILE}{2**70}/remove/").status_code == 404
    assert versions(user) == ["words"]


# --- Removing -------------------------------------------------------------------------------------------


def test_what_is_removed_is_gone_from_every_page_and_can_be_brought_back(
    signed_in: Client, user: User
) -> None:
    wrote(user, "before", days_ago=2)
    version = wrote(user, "a secret")
    answer = signed_in.post(f"{SMILE}{version.pk}/remove/")
    assert (answer.status_code, answer["Location"]) == (303, f"{SMILE}?page=1#versions")
    page = signed_in.get(f"{SMILE}?page=1")
    undo = f'action="{SMILE}{version.pk}/bring-back/?page=1"'
    assertContains(page, undo, count=2)  # in the toast, and where the version was
    assertContains(page, "before</textarea>")
    assertContains(page, "removed, and gone for good on")
    check = Assessment.objects.create(owner=user, language="en")
    for url in (f"{SMILE}?page=1", GUIDE, f"/check/{check.uid}/2/"):
        assertNotContains(signed_in.get(url), "a secret")
    signed_in.post(f"{SMILE}{version.pk}/bring-back/")
    assertContains(signed_in.get(SMILE), "a secret</textarea>")
    assert versions(user) == ["a secret", "before"]


def test_removing_twice_or_bringing_back_twice_changes_nothing_more(signed_in: Client, user: User) -> None:
    version = wrote(user, "words")
    with time_machine.travel(NOON, tick=False):
        signed_in.post(f"{SMILE}{version.pk}/remove/")
    with time_machine.travel(NOON + timedelta(days=9), tick=False):
        signed_in.post(f"{SMILE}{version.pk}/remove/")
    version.refresh_from_db()
    assert version.removed_at == NOON
    for _ in range(2):
        assert signed_in.post(f"{SMILE}{version.pk}/bring-back/").status_code == 303
    assert versions(user) == ["words"]


def test_htmx_gets_the_versions_alone_so_that_what_is_being_typed_stays(
    signed_in: Client, user: User
) -> None:
    old, _ = wrote(user, "old", days_ago=1), wrote(user, "new")
    part = signed_in.post(f"{SMILE}{old.pk}/remove/?page=1", headers={"HX-Request": "true"})
    assertContains(part, 'id="versions"')
    assertContains(part, '<details class="disclosure" open>')
    assertContains(part, "autofocus")
    assertContains(part, 'hx-swap-oob="beforeend:#toasts"')
    assertNotContains(part, "<textarea")


def test_thirty_days_after_it_was_removed_it_is_gone_for_good(user: User) -> None:
    kept, young, old = (wrote(user, text, days_ago=90) for text in ("kept", "young", "old"))
    now = timezone.now()
    for version, days in ((young, 29), (old, 31)):
        GuideAnswer.objects.filter(pk=version.pk).update(removed_at=now - timedelta(days=days))
    forget_removed_guide_answers()
    assert set(GuideAnswer.objects.all()) == {kept, young}
    assert GuideAnswer.objects.all().forget_removed(now + timedelta(days=400)) == 1
    assert set(GuideAnswer.objects.all()) == {kept}


# --- What the database refuses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "text = 'other'",
        "question = 'reliance'",
        "written_at = now()",
        "form_token = gen_random_uuid()",
        "owner_id = (SELECT max(id) FROM accounts_user)",
    ],
)
def test_the_database_refuses_to_change_a_version(user: User, stranger: User, change: str) -> None:
    version = wrote(user, "as it was")
    sql = f"UPDATE assessments_guideanswer SET {change} WHERE id = %s"
    for verb in (version.remove, version.bring_back):
        verb()
        with (
            pytest.raises(IntegrityError, match="never changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [version.pk])


@pytest.mark.parametrize(
    "row",
    [{"text": ""}, {"text": " \n"}, {"text": "x" * 4001}, {"question": ""}],
    ids=["empty", "blank", "long", "about nothing"],
)
def test_the_database_refuses_what_is_no_answer(user: User, row: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        GuideAnswer.objects.create(**{"owner": user, "question": "smile", "text": "words", **row})


def test_with_its_owner_a_guide_goes_as_a_whole(user: User) -> None:
    wrote(user, "words")
    wrote(user, "other words").remove()
    user.delete()
    assert not GuideAnswer.objects.exists()


# --- Beside the checklist -------------------------------------------------------------------------------


def test_beside_a_question_stands_what_one_wrote_to_it(signed_in: Client, user: User) -> None:
    wrote(user, "One from Lea.")
    wrote(user, "When they say no.", "reliance")
    check = Assessment.objects.create(owner=user, language="en")
    dialogue, respect = (signed_in.get(f"/check/{check.uid}/{number}/") for number in (2, 4))
    assertContains(dialogue, "One from Lea.")
    assertContains(dialogue, 'href="/check/guide/being-approached/" target="_blank"')
    assertNotContains(dialogue, "When they say no.")
    assertContains(respect, "When they say no.")
    assertNotContains(respect, "One from Lea.")


def test_where_nothing_is_written_yet_there_is_a_link_to_write(signed_in: Client, user: User) -> None:
    check = Assessment.objects.create(owner=user, language="en")
    page = signed_in.get(f"/check/{check.uid}/4/")
    assertContains(page, "Your guide asks, too:")
    assertNotContains(page, "From your guide")


def test_a_refused_answer_still_has_the_guide_beside_it(signed_in: Client, user: User) -> None:
    wrote(user, "When they say no.", "reliance")
    check = Assessment.objects.create(owner=user, language="en")
    page = signed_in.post(f"/check/{check.uid}/4/", {"answer": ""})
    assertContains(page, "When they say no.", status_code=422)


def test_an_organisations_check_and_a_visitors_have_no_guide_beside_them(
    signed_in: Client, user: User
) -> None:
    wrote(user, "One from Lea.")
    check = Assessment.objects.create(owner=user, language="en", perspective="organisation")
    assertNotContains(signed_in.get(f"/check/{check.uid}/2/"), "uide")
    signed_in.logout()
    begun = signed_in.post("/check/", {"uid": str(uuid.uuid4()), "perspective": "person"})
    assertNotContains(signed_in.get(begun["Location"]), "guide")


def test_the_guide_costs_a_question_one_query(signed_in: Client, user: User) -> None:
    check, ours = (
        Assessment.objects.create(owner=user, language="en", perspective=it)
        for it in ("person", "organisation")
    )
    wrote(user, "One from Lea.")
    without = queries(signed_in, f"/check/{ours.uid}/2/")
    assert queries(signed_in, f"/check/{check.uid}/2/") == without + 1


def test_beside_the_guide_stands_how_the_last_check_was_answered(signed_in: Client, user: User) -> None:
    with time_machine.travel(NOON, tick=False):
        assertNotContains(signed_in.get(GUIDE), "#question-")
        taken(user, days_ago=9)
        last = taken(user, days_ago=2)
        taken(user, "organisation", days_ago=1)
        taken(user, finish=False)
    page = signed_in.get(GUIDE)
    assertContains(page, f'href="/check/{last.uid}/#question-2"')
    assertContains(page, "your check of 20 November 2026")
    answers = {it.question: it.value for it in Answer.objects.filter(assessment=last)}
    assert answers["dialogue"] == "no"
    part = re.search(r'#question-2">Dialogue</a>\s*<span class="state" data-state="(\w+)"', page.text)
    assert part
    assert part[1] == "no"
    assertContains(signed_in.get(SMILE), f'href="/check/{last.uid}/#question-9"')


def test_the_last_check_is_the_one_that_was_finished_last(signed_in: Client, user: User) -> None:
    begun_long_ago = taken(user, days_ago=9, finish=False)
    taken(user, days_ago=2)
    begun_long_ago.finish()
    assertContains(signed_in.get(GUIDE), f"/check/{begun_long_ago.uid}/#question-2")


def test_a_check_from_a_newer_version_keeps_nobody_from_the_guide(signed_in: Client, user: User) -> None:
    known, newer = taken(user, days_ago=9), Assessment.objects.create(owner=user, language="en", edition=99)
    Assessment.objects.filter(pk=newer.pk).update(finished_at=timezone.now())
    assertContains(signed_in.get(GUIDE), f"/check/{known.uid}/#question-2")


# --- Many versions --------------------------------------------------------------------------------------


def test_five_hundred_versions_cost_no_more_than_two(signed_in: Client, user: User) -> None:
    check = taken(user)
    going = Assessment.objects.create(owner=user, language="en")
    wrote(user, "the first of all", days_ago=9)
    wrote(user, "the second", days_ago=8)
    pages = [GUIDE, SMILE, f"{SMILE}?page=1", f"/check/{going.uid}/2/", f"/check/{check.uid}/"]
    few = [queries(signed_in, page) for page in pages]
    then = timezone.now() - timedelta(days=7)
    GuideAnswer.objects.bulk_create(
        GuideAnswer(
            owner=user, question=question.key, text=f"version {n}", written_at=then + timedelta(seconds=n)
        )
        for n in range(500)
        for question in guide.QUESTIONS
    )
    assert [queries(signed_in, page) for page in pages] == few
    page = signed_in.get(SMILE)
    assertContains(page, "501 other versions")
    assert page.text.count('class="own-words"') == 10
    last = signed_in.get(f"{SMILE}?page=51")
    assertContains(last, "the first of all")
    assert len(signed_in.get(GUIDE).content) < 60_000


def test_a_removal_on_a_later_page_stays_there(signed_in: Client, user: User) -> None:
    first = wrote(user, "the first", days_ago=20)
    for n in range(12):
        wrote(user, f"version {n}", days_ago=19 - n)
    answer = signed_in.post(f"{SMILE}{first.pk}/remove/?page=2")
    assert answer["Location"] == f"{SMILE}?page=2#versions"
    assertContains(signed_in.get(f"{SMILE}?page=2"), f"{first.pk}/bring-back/?page=2", count=2)


@pytest.mark.parametrize("page", ["0", "x", "99", "-1", "%00", "²", "9" * 400])
def test_a_page_of_versions_that_makes_no_sense_shows_some(signed_in: Client, user: User, page: str) -> None:
    old, _ = wrote(user, "old", days_ago=1), wrote(user, "new")
    assertContains(signed_in.get(f"{SMILE}?page={page}"), "old")
    assert signed_in.post(f"{SMILE}{old.pk}/remove/?page={page}").status_code == 303


def test_the_ways_to_the_guide(signed_in: Client, client: Client) -> None:
    for page in ("/check/", "/check/history/"):
        assertContains(signed_in.get(page), f'href="{GUIDE}"')
    client.logout()
    assertContains(client.get("/check/"), f'href="{GUIDE}"')


def test_writing_takes_the_same_queries_however_much_stands_there(signed_in: Client, user: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert write(signed_in, str(uuid.uuid4())).status_code == 303
        return len(caught)

    cost()
    few = cost()
    for n in range(20):
        wrote(user, f"version {n}")
    assert cost() == few
