from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "netvalue.demo"
    label = "demo"
