"""Every process goes by the pinned rules for zones, whatever its machine brings along."""

from __future__ import annotations

import os
import subprocess
import sys
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.faults.zone_files import zone_file

if TYPE_CHECKING:
    from collections.abc import Mapping

# What each program of the product imports before it does anything.
PROGRAMS = {
    "web": "import netvalue.wsgi",
    "worker": "from netvalue.celery import app; app.loader.import_default_modules()",
    "beat": "from netvalue.celery import app; app.conf.beat_schedule; app.conf.timezone",
    "pump": "import sys, runpy; sys.argv = ['manage.py', 'reminders_pump', '--help']\n"
    "try: runpy.run_path('manage.py', run_name='__main__')\n"
    "except SystemExit: pass",
}
SAY = """
import sys, zoneinfo
from datetime import datetime
summer = datetime(2027, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"))
sys.stderr.write(f"{len(zoneinfo.TZPATH)} {summer.utcoffset()}")
"""


def run(code: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "netvalue.settings", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stderr.splitlines()[-1]


@pytest.fixture
def a_machine_of_its_own_mind(tmp_path: Path) -> Mapping[str, str]:
    """Where it is always five hours earlier in Berlin."""
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes(zone_file("FIVE5"))
    return {"PYTHONTZPATH": str(tmp_path)}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_rules_of_the_machine_are_not_asked(
    program: str, a_machine_of_its_own_mind: Mapping[str, str]
) -> None:
    code = PROGRAMS[program] + "\n" + SAY
    assert run(code, a_machine_of_its_own_mind) == "0 2:00:00"


def test_without_the_settings_they_would_be(a_machine_of_its_own_mind: Mapping[str, str]) -> None:
    assert run(SAY, a_machine_of_its_own_mind) == "1 -1 day, 19:00:00"


def test_these_tests_go_by_the_pinned_rules_too() -> None:
    assert zoneinfo.TZPATH == ()
