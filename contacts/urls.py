"""The people, object by object."""

from __future__ import annotations

from django.urls import path

from contacts.giving import State
from contacts.views import (
    bulk,
    circles,
    days,
    follow_ups,
    giving,
    listing,
    people,
    photos,
    rhythm,
    rounds,
    saved_views,
    talks,
    ties,
    timeline,
    undo,
    values,
)

app_name = "contacts"

urlpatterns = [
    # People
    path("", listing.people, name="list"),
    path("add/", people.add, name="add"),
    path("<uuid:uid>/", people.person, name="person"),
    path("<uuid:uid>/edit/", people.edit, name="edit"),
    path("<uuid:uid>/change/<slug:name>/", values.value, name="value"),
    path("<uuid:uid>/archive/", people.archive, name="archive"),
    path("<uuid:uid>/restore/", people.restore, name="restore"),
    path("<uuid:uid>/hide/", people.hide, name="hide"),
    path("<uuid:uid>/show/", people.show, name="show"),
    path("<uuid:uid>/quiet/<slug:kind>/", people.quiet, name="quiet"),
    path("<uuid:uid>/remind/<slug:kind>/", people.remind, name="remind"),
    path("<uuid:uid>/delete/", people.delete, name="delete"),
    path("hidden/", people.hidden, name="hidden"),
    # The worlds they belong to
    path("circles/", circles.circles, name="circles"),
    path("circles/<int:pk>/", circles.circle, name="circle"),
    path("circles/<int:pk>/remove/", circles.remove, name="remove_circle"),
    # What they look like
    path("<uuid:uid>/photo/", photos.photo, name="photo"),
    path("<uuid:uid>/photo/remove/", photos.remove, name="remove_photo"),
    path("photos/<uuid:uid>.webp", photos.large, name="large_photo"),
    path("photos/<uuid:uid>/small.webp", photos.small, name="small_photo"),
    # What was removed
    path("bin/", undo.removed, name="bin"),
    path("bin/empty/", undo.empty, name="empty_bin"),
    path("bin/people/<uuid:uid>/forget/", undo.forget, name="forget"),
    path("bin/<slug:kind>/<int:pk>/bring-back/", undo.bring_back, name="bring_back"),
    # Views of the list
    path("views/add/", saved_views.save, name="save_view"),
    path("views/<int:pk>/", saved_views.rename, name="rename_view"),
    path("views/<int:pk>/replace/", saved_views.replace, name="replace_view"),
    path("views/<int:pk>/remove/", saved_views.remove, name="remove_view"),
    # Many people at once
    path("change/", bulk.change, name="change"),
    path("changes/", bulk.bulk_changes, name="bulk_changes"),
    path("changes/<uuid:uid>/", bulk.bulk_change, name="bulk_change"),
    path("changes/<uuid:uid>/stop/", bulk.stop_bulk_change, name="stop_bulk_change"),
    path("changes/<uuid:uid>/undo/", bulk.undo_bulk_change, name="undo_bulk_change"),
    # Days in their life
    path("<uuid:uid>/dates/add/", days.add_date, name="add_date"),
    path("<uuid:uid>/dates/<int:pk>/", days.date, name="date"),
    path("<uuid:uid>/dates/<int:pk>/remove/", days.remove_date, name="remove_date"),
    path("<uuid:uid>/events/add/", days.add_event, name="add_event"),
    path("<uuid:uid>/events/<int:pk>/", days.event, name="event"),
    path("<uuid:uid>/events/<int:pk>/answered/", days.acknowledge, name="acknowledge"),
    path("<uuid:uid>/events/<int:pk>/open/", days.take_back, name="take_back"),
    path("<uuid:uid>/events/<int:pk>/remove/", days.remove_event, name="remove_event"),
    # Conversations
    path("<uuid:uid>/talk/", talks.talk_with, name="talk_with"),
    path("<uuid:uid>/talks/", talks.all_talks, name="talks"),
    path("talk/", talks.talk, name="talk"),
    path("talks/<uuid:uid>/", talks.conversation, name="conversation"),
    path("talks/<uuid:uid>/remove/", talks.remove, name="remove_talk"),
    # Give and take
    path("giving/", giving.giving, name="giving"),
    path("<uuid:uid>/giving/", giving.giving_with_one, name="giving_with"),
    path("<uuid:uid>/favours/add/", giving.favour_with, name="favour_with"),
    path("favours/<int:pk>/", giving.favour, name="favour"),
    path("favours/<int:pk>/kept/", giving.favour_stands, {"state": State.CLOSED}, name="favour_kept"),
    path("favours/<int:pk>/partly/", giving.favour_stands, {"state": State.PARTLY}, name="favour_partly"),
    path("favours/<int:pk>/open/", giving.favour_stands, {"state": State.OPEN}, name="favour_open"),
    path("favours/<int:pk>/remove/", giving.favour_remove, name="favour_remove"),
    path("<uuid:uid>/asks/add/", giving.ask_with, name="ask_with"),
    path("asks/<int:pk>/", giving.ask, name="ask"),
    path("asks/<int:pk>/answered/", giving.ask_stands, {"answered": True}, name="ask_answered"),
    path("asks/<int:pk>/unanswered/", giving.ask_stands, {"answered": False}, name="ask_unanswered"),
    path("asks/<int:pk>/open/", giving.ask_stands, {"answered": None}, name="ask_open"),
    path("asks/<int:pk>/remove/", giving.ask_remove, name="ask_remove"),
    # Keeping in touch
    path("<uuid:uid>/timeline/", timeline.timeline, name="timeline"),
    path("<uuid:uid>/not-now/", rhythm.not_now, name="not_now"),
    path("<uuid:uid>/go-on/", rhythm.go_on, name="go_on"),
    # Who knows whom
    path("<uuid:uid>/ties/", ties.all_ties, name="ties"),
    path("<uuid:uid>/ties/add/", ties.add, name="add_tie"),
    path("<uuid:uid>/ties/<int:pk>/", ties.tie, name="tie"),
    path("<uuid:uid>/ties/<int:pk>/remove/", ties.remove, name="remove_tie"),
    path("ties/round/", rounds.begin, name="round"),
    path("ties/round/<uuid:uid>/", rounds.result, name="round_result"),
    path("ties/round/<uuid:uid>/<int:place>/", rounds.page, name="round_page"),
    # What to come back to
    path("<uuid:uid>/follow-ups/", follow_ups.note_about, name="follow_up_with"),
    path("follow-ups/add/", follow_ups.note, name="follow_up"),
    path("follow-ups/<int:pk>/", follow_ups.change, name="change_follow_up"),
    path("follow-ups/<int:pk>/remove/", follow_ups.remove, name="remove_follow_up"),
    path("follow-ups/<int:pk>/done/", follow_ups.complete, name="complete"),
    path("follow-ups/<int:pk>/open/", follow_ups.reopen, name="reopen"),
    path("follow-ups/<int:pk>/snooze/", follow_ups.snooze, name="snooze"),
]
