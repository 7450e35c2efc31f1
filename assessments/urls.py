"""The checklist, page by page."""

from __future__ import annotations

from django.urls import path

from assessments.views import again, deleting, exporting, guide, history, results, sharing, steps, taking

app_name = "assessments"

urlpatterns = [
    path("", taking.start, name="start"),
    path("history/", history.history, name="history"),
    path("history/compare/", history.compare, name="compare"),
    path("history/checks.csv", exporting.checks_csv, name="checks_csv"),
    path("history/checks.json", exporting.checks_json, name="checks_json"),
    # The guide
    path("guide/", guide.guide, name="guide"),
    path("guide/<slug:key>/", guide.guide_question, name="guide_question"),
    path("guide/<slug:key>/<int:pk>/remove/", guide.remove, name="guide_remove"),
    path("guide/<slug:key>/<int:pk>/bring-back/", guide.bring_back, name="guide_bring_back"),
    # One check
    path("<uuid:uid>/", results.result, name="result"),
    path("<uuid:uid>/<int:number>/", taking.question, name="question"),
    path("<uuid:uid>/steps/<int:number>/", steps.step, name="step"),
    path("<uuid:uid>/steps/<int:number>/drop/", steps.drop, name="drop_step"),
    path("<uuid:uid>/steps/<int:number>/take-up/", steps.take_up, name="take_up_step"),
    path("<uuid:uid>/steps/<int:number>/take-back/", steps.take_back, name="take_back_step"),
    path("<uuid:uid>/review/", taking.review, name="review"),
    path("<uuid:uid>/again/", again.again, name="again"),
    path("<uuid:uid>/ring.svg", sharing.ring_svg, name="ring_svg"),
    path("<uuid:uid>/ring.png", sharing.ring_png, name="ring_png"),
    path("<uuid:uid>/delete/", deleting.delete, name="delete"),
]
