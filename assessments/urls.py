"""The checklist, page by page."""

from __future__ import annotations

from django.urls import path

from assessments.views import history, results, taking

app_name = "assessments"

urlpatterns = [
    path("", taking.start, name="start"),
    path("history/", history.history, name="history"),
    # One check
    path("<uuid:uid>/", results.result, name="result"),
    path("<uuid:uid>/<int:number>/", taking.question, name="question"),
    path("<uuid:uid>/review/", taking.review, name="review"),
]
