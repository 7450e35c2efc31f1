"""Reminders, mail for you, and the links inside mails."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from netvalue.outbox import views, views_acting, views_staff
from netvalue.outbox.events import Events

app_name = "outbox"

urlpatterns = [
    path("reminders/", views.reminders, name="reminders"),
    path("reminders/kinds/", views.choose, name="kinds"),
    path("reminders/test/", views.test_reminder, name="test_reminder"),
    path("reminders/links/", views.revoke_links, name="revoke_links"),
    path("mail/", views.mail, name="mail"),
    path("mail/address/again/", views.address_again, name="address_again"),
    path("mail/<int:pk>/", views.message, name="message"),
    path("mail/<int:pk>/html/", views.message_html, name="message_html"),
    path("mail/<int:pk>/arrived/", views.arrived, name="arrived"),
    path("mail/<int:pk>/again/", views.again, name="again"),
    path("staff/mail/", views_staff.everybodys_mail, name="everybodys_mail"),
    path("staff/mail/now/", views_staff.try_now, name="try_now"),
    path("staff/mail/restored/", views_staff.decide, name="decide_restored"),
    path("act/<token>/", views_acting.act, name="act"),
    path("unsubscribe/<token>/", views.unsubscribe, name="unsubscribe"),
]

if isinstance(settings.EMAIL_PROBE, Events):
    # Only then: its readers take seven megabytes.
    from netvalue.outbox import views_provider

    urlpatterns.append(path("mail/events/", views_provider.events, name="events"))
