"""The checklist, page by page."""

from __future__ import annotations

from django.urls import path

from assessments import views

app_name = "assessments"

urlpatterns = [
    path("", views.start, name="start"),
    path("history/", views.history, name="history"),
    # One check
    path("<uuid:uid>/", views.result, name="result"),
    path("<uuid:uid>/<int:number>/", views.question, name="question"),
    path("<uuid:uid>/review/", views.review, name="review"),
]
