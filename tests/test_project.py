"""What holds for the project as a whole: migrations, settings, pins, doors."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from netvalue.ownership import Owned, SameOwner

ROOT = Path(__file__).resolve().parents[1]
OUR_APPS = ("netvalue.", "contacts", "assessments")


def tracked(*patterns: str) -> list[Path]:
    """The files that are committed; none in an exported tree without git."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith(OUR_APPS)]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def links_between_owned_rows() -> list[tuple[str, str, str]]:
    """Table, column and table pointed to, for every foreign key between rows that have owners."""
    return [
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in ours()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and any(f.name == "owner" for f in model._meta.fields)
        and isinstance(field.related_model, type)
        and any(f.name == "owner" for f in field.related_model._meta.fields)
    ]


@pytest.mark.django_db
def test_no_row_can_point_to_a_row_of_another_owner() -> None:
    """For every link between rows with owners, the database itself holds (link, owner) → (id, owner)."""
    unguarded = []
    for table, column, target in links_between_owned_rows():
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT array_agg(own.attname ORDER BY own.attname) FROM pg_constraint c,
                       unnest(c.conkey) AS key JOIN pg_attribute own ON own.attnum = key
                 WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND c.confrelid = %s::regclass
                   AND own.attrelid = c.conrelid AND c.convalidated
                 GROUP BY c.oid
                """,
                [table, target],
            )
            keys = [set(row[0]) for row in cursor.fetchall()]
        if {column, "owner_id"} not in keys:
            unguarded.append(f"{table}.{column}")
    assert not unguarded


def test_links_of_many_to_many_fields_carry_an_owner_too() -> None:
    """An automatic through table has no owner column, so nothing could keep owners apart in it."""
    assert not [
        f"{model.__name__}.{field.name}"
        for model in ours()
        if issubclass(model, Owned)
        for field in model._meta.many_to_many
        if (through := field.remote_field.through) is not None and through._meta.auto_created
    ]


def test_a_same_owner_constraint_survives_a_migration_file() -> None:
    constraint = SameOwner("contact", name="x")
    path, args, kwargs = constraint.deconstruct()
    assert path == "netvalue.ownership.SameOwner"
    assert SameOwner(*args, **kwargs) == constraint


def test_the_readme_lists_every_environment_variable() -> None:
    read = {
        name
        for file in tracked("netvalue/**.py", "netvalue.sh", "tests/conftest.py")
        for name in re.findall(
            r"""(?:env\.\w+\(|environ(?:\.get\(|\[)|\$\{)["']?([A-Z][A-Z_]{3,})\b""", file.read_text()
        )
    }
    from_elsewhere = {"DJANGO_SETTINGS_MODULE", "PATH", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "PYTHONPATH"}
    readme = (ROOT / "README.md").read_text()
    assert not {name for name in read - from_elsewhere if f"`{name}`" not in readme}


def test_no_committed_file_names_a_package_registry() -> None:
    hosts = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", "registry" + r"\.npm")))
    texts = tracked("*.txt", "*.toml", "*.md", "*.py", "*.sh", "*.yml", ".ci/run", "Dockerfile")
    assert not [file.name for file in texts if hosts.search(file.read_text())]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-oracles.txt"])
def test_every_pin_is_exact_and_hashed(name: str) -> None:
    pins = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert pins
    for pin in pins:
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+", pin), pin.splitlines()[0]
        assert "--hash=sha256:" in pin, pin.splitlines()[0]


def test_every_range_in_pyproject_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for ranges, file in (
        (project["project"]["dependencies"], "requirements.txt"),
        (project["dependency-groups"]["dev"], "requirements-dev.txt"),
        (project["dependency-groups"]["oracles"], "requirements-oracles.txt"),
    ):
        pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / file).read_text(), re.MULTILINE))
        wanted = {m[0] for r in ranges if (m := re.match(r"[A-Za-z0-9-]+", r))}
        assert wanted <= pinned
