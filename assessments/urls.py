"""The checklist, page by page."""

from __future__ import annotations

from django.urls import path

from assessments.views import history, results, sharing, taking

app_name = "assessments"

urlpatterns = [
    path("", taking.start, name="start"),
    path("history/", history.history, name="history"),
    # One check
    path("<uuid:uid>/", results.result, name="result"),
    path("<uuid:uid>/<int:number>/", taking.question, name="question"),
    path("<uuid:uid>/review/", taking.review, name="review"),
    path("<uuid:uid>/ring.svg", sharing.ring_svg, name="ring_svg"),
    path("<uuid:uid>/ring.png", sharing.ring_png, name="ring_png"),
]
