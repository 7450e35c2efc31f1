"""The people, object by object."""

from __future__ import annotations

from django.urls import path

from contacts import views

app_name = "contacts"

urlpatterns = [
    # People
    path("", views.people, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:uid>/", views.person, name="person"),
    path("<uuid:uid>/edit/", views.edit, name="edit"),
    path("<uuid:uid>/archive/", views.archive, name="archive"),
    path("<uuid:uid>/restore/", views.restore, name="restore"),
    path("<uuid:uid>/delete/", views.delete, name="delete"),
    # What to come back to
    path("<uuid:uid>/follow-ups/", views.note_about, name="follow_up_with"),
    path("follow-ups/add/", views.note, name="follow_up"),
    path("follow-ups/<int:pk>/done/", views.complete, name="complete"),
    path("follow-ups/<int:pk>/open/", views.reopen, name="reopen"),
    path("follow-ups/<int:pk>/snooze/", views.snooze, name="snooze"),
]
