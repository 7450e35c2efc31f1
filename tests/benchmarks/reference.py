"""The reference account: 10,000 contacts with their rows, 50,000 conversations, 30,000 ties, favours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from tests.crowds import crowd

if TYPE_CHECKING:
    from netvalue.accounts.models import User

CONTACTS, TALKS, TIES, FAVOURS = 10_000, 50_000, 30_000, 5_000

# A tenth of the people have most of the conversations, as it is.
SPOKEN = """
WITH people AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM contacts_contact WHERE owner_id = %(owner)s
), talks AS (
    INSERT INTO contacts_interaction (
        owner_id, uid, form_token, kind, on_year, on_month, on_day, two_way, began, line, created_at
    )
    SELECT %(owner)s, gen_random_uuid(), gen_random_uuid(), (ARRAY['meeting', 'call', 'message'])[1 + n %% 3],
        2016 + n %% 10, 1 + n %% 12, 1 + n %% 28, n %% 7 <> 0, '',
        CASE n %% 2 WHEN 0 THEN 'About this and that' ELSE '' END, now()
    FROM generate_series(1, %(talks)s) AS n
    RETURNING id
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM talks
)
INSERT INTO contacts_interactionperson (owner_id, interaction_id, contact_id)
SELECT %(owner)s, numbered.id, people.id
FROM numbered JOIN people ON people.n = CASE
    WHEN numbered.n %% 3 < 2 THEN numbered.n * 31 %% (%(contacts)s / 10) ELSE numbered.n * 17 %% %(contacts)s
END
"""

GIVEN = """
INSERT INTO contacts_favour (owner_id, contact_id, form_token, what, day, created_at, direction, kind, state)
SELECT %(owner)s, id, gen_random_uuid(), 'Help with the move', current_date - (id %% 900)::int, now(),
    (ARRAY['given', 'received'])[1 + id %% 2], 'help', 'closed'
FROM contacts_contact WHERE owner_id = %(owner)s ORDER BY id LIMIT %(favours)s
"""

# Three from everybody to others at distances of their own, so that no pair comes twice.
KNOWN = """
WITH people AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM contacts_contact WHERE owner_id = %(owner)s
)
INSERT INTO contacts_tie (owner_id, one_id, other_id, kind, created_at)
SELECT %(owner)s, least(one.id, other.id), greatest(one.id, other.id),
    (ARRAY['knows', 'close', 'friend'])[1 + one.n %% 3], now()
FROM people AS one
    CROSS JOIN (SELECT unnest(ARRAY[1, 17, 431]) AS step) AS steps
    JOIN people AS other ON other.n = (one.n + step) %% %(contacts)s
LIMIT %(ties)s
"""


def reference_account(owner: User) -> None:
    crowd(owner, CONTACTS)
    numbers = {"owner": owner.pk, "contacts": CONTACTS, "talks": TALKS, "ties": TIES, "favours": FAVOURS}
    with connection.cursor() as cursor:
        for statement in (SPOKEN, GIVEN, KNOWN):
            cursor.execute(statement, numbers)
        cursor.execute("ANALYZE")
