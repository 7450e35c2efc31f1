"""Very many people at once, made by the database: some names are frequent, many have notes and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from netvalue.accounts.models import User

GIVEN = (
    "Anna Bernd Clara David Emma Felix Greta Hannes Ida Jan Kim Lea Max Nora Oskar Paula Quirin Rosa Simon"
    " Tilda Uwe Vera Willi Xenia Yusuf Zoë José Jürgen Łukasz Søren Émile Aylin Mehmet Olga Ivan Chiara Marco"
    " Priya Wei Fatima"
)
FIRST = (
    "Schmidt Müller Bauer Weber Hof Berg Stein Wald Kauf Zimmer Lehm Gross Klein Neu Alt Ober Nieder Vogel"
    " Fuchs"
)
SECOND = " mann er hofer meister inger ke sen ski eder huber bach felder ling ert"
SAYS = (
    "Spielt Gitarre|Kommt aus Köln|Kennt sich mit Steuern aus|Hat zwei Kinder|Mag Jazz und lange Wege"
    "|Wandert gern|Arbeitet nachts|Liest viel|Hat beim Umzug geholfen|Sammelt Briefmarken|Kocht hervorragend"
    "|Trinkt keinen Wein"
)

PEOPLE = """
INSERT INTO contacts_contact (
    owner_id, uid, form_token, kind, prefix, given, additional, family, suffix, nickname, organisation, role,
    birth_month, birth_day, how_met, notes, created_at, updated_at
)
SELECT %(owner)s, gen_random_uuid(), gen_random_uuid(), 'person', '', given[1 + n * 7 %% 40], '',
    first[1 + n * 11 %% 19] || second[1 + n / 19 %% 14] ||
        CASE n %% 5 WHEN 0 THEN '-' || first[1 + n * 13 %% 19] ELSE '' END,
    '', '', CASE n %% 3 WHEN 0 THEN '' ELSE 'House ' || n %% 311 END,
    CASE n %% 5 WHEN 0 THEN 'Architect' ELSE '' END,
    CASE n %% 2 WHEN 0 THEN n %% 12 + 1 END, CASE n %% 2 WHEN 0 THEN n %% 28 + 1 END,
    CASE n %% 4 WHEN 0 THEN 'Beim Kirchentag ' || n %% 30 ELSE '' END,
    CASE n %% 3 WHEN 0 THEN (
        SELECT string_agg(says[1 + (n * k * 17 + k) %% 12], '. ') FROM generate_series(1, 2 + n %% 7) AS k
    ) ELSE '' END || CASE n %% 2500 WHEN 7 THEN ' Xylophon' ELSE '' END,
    now(), now()
FROM generate_series(1, %(count)s) AS n, (
    SELECT string_to_array(%(given)s, ' ') AS given, string_to_array(%(first)s, ' ') AS first,
        string_to_array(%(second)s, ' ') AS second, string_to_array(%(says)s, '|') AS says
) AS words
"""

PHONES = """
INSERT INTO contacts_contactphone (owner_id, contact_id, kind, label, value, "order")
SELECT owner_id, id, 'mobile', '', '+49 17' || id %% 10 || ' ' || 1000000 + id * 7919 %% 8999999, 0
FROM contacts_contact WHERE owner_id = %(owner)s AND id %% 10 < 7
"""

EMAILS = """
INSERT INTO contacts_contactemail (owner_id, contact_id, kind, label, value, "order")
SELECT owner_id, id, 'home', '', lower(given) || id || '@example.org', 0
FROM contacts_contact WHERE owner_id = %(owner)s AND id %% 10 > 3
"""

CIRCLES = """
INSERT INTO contacts_circle (owner_id, name)
SELECT %(owner)s, unnest(ARRAY['Family', 'Choir', 'Old office', 'Neighbours', 'School', 'Running'])
"""

MEMBERS = """
INSERT INTO contacts_membership (owner_id, contact_id, circle_id)
SELECT contact.owner_id, contact.id, circle.id
FROM contacts_contact AS contact JOIN contacts_circle AS circle USING (owner_id)
WHERE contact.owner_id = %(owner)s AND (contact.id + circle.id) %% 5 = 0
"""


def crowd(owner: User, count: int) -> None:
    words = {"given": GIVEN, "first": FIRST, "second": SECOND, "says": SAYS}
    with connection.cursor() as cursor:
        for statement in (PEOPLE, PHONES, EMAILS, CIRCLES, MEMBERS):
            cursor.execute(statement, {"owner": owner.pk, "count": count, **words})
