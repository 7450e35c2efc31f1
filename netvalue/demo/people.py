"""Forty people who do not exist, and what Mara, who does not exist either, has written down about them."""

from __future__ import annotations

from dataclasses import dataclass

FAMILY, CHOIR, OFFICE, STUDIES, STREET, SAILING = CIRCLES = (
    "Family",
    "Choir",
    "Old office",
    "Studies",
    "Our street",
    "Sailing",
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to look at. A birthday is a month and a day, or so many days from today."""

    given: str
    family: str
    circles: tuple[str, ...]
    born: tuple[int, int] | int | None = None
    year: int | None = None
    role: str = ""
    organisation: str = ""
    nickname: str = ""
    prefix: str = ""
    # Where 29 February is kept in other years, if not as in the settings.
    leap_day: str = ""
    closeness: int | None = None
    phone: str = ""
    email: str = ""
    # Street, postcode and town.
    lives: tuple[str, str, str] | None = None
    signal: str = ""
    page: str = ""
    known_since: int | None = None
    work: str = ""
    # In days; what one finds with them, by the names of the columns; whether one confides in them.
    rhythm: int | None = None
    functions: tuple[str, ...] = ()
    confidant: bool | None = None
    how_met: str = ""
    notes: str = ""
    archived: bool = False


PEOPLE = (
    Person("Henrike", "Sörensen", (SAILING,), 0, None, "Captain", "Reederei Nordlicht", closeness=7,
        phone="+49 40 5550 101", how_met="She towed us home in 2014.",
        notes="Away on long voyages; answers when she is in port."),
    Person("Aylin", "Demir", (STUDIES,), 2, 1986, "Architect", "Studio Halbinsel", closeness=9,
        phone="+49 40 5550 102", email="aylin@studio-halbinsel.example", signal="+49 171 5550 102",
        lives=("Palmaille 41", "22767", "Hamburg"), page="studio-halbinsel.example", known_since=2005,
        work="Building with wood", rhythm=30, functions=("for_competence", "for_inspiration"), confidant=True,
        how_met="First week in Weimar, 2005",
        notes="Thinks about sharing her office; looks for somebody who knows statics.\nLent me a book."),
    Person("Jonas", "Brandt", (STUDIES, STREET), 4, 1984, "Teacher", "Gesamtschule Ottensen", closeness=8,
        phone="+49 40 5550 103"),
    Person("Lea", "Schneider", (FAMILY,), 6, 1991, "Midwife", nickname="Lele", closeness=10,
        phone="+49 171 5550 104"),
    Person("Karim", "Haddad", (STREET,), 1, None, "Owner", "Haddad & Daughters", closeness=5,
        notes="Prefers a visit to a call, and never on Saturdays."),
    Person("Emeka", "Okafor", (OFFICE,), (3, 14), 1979, "Structural engineer", "Okafor Tragwerke",
        closeness=6, known_since=2011, rhythm=91, functions=("for_competence", "for_recommendation"),
        email="emeka@okafor.example"),
    Person("Ivana", "Kovačević", (OFFICE, CHOIR), (7, 2), 1977, "Restorer", "Museum für Kunst", closeness=7,
        email="ivana@museum.example", how_met="The damp cellar of 2011"),
    Person("Grzegorz", "Wójcik", (SAILING,), (10, 30), None, "Forester", nickname="Grześ", closeness=6),
    Person("Chiara", "Lombardi", (STUDIES,), (2, 29), 1988, "Translator", closeness=8,
        email="chiara@lombardi.example", leap_day="mar1",
        notes="Born on a leap day and proud of it; in other years she celebrates in March."),
    Person("Benedikt", "von der Heydt-Lindemann", (CHOIR,), (5, 17), 1961, "Notary", "Heydt & Partner",
        prefix="Dr.", closeness=3),
    Person("Şule", "Yıldırım", (CHOIR,), 5, None, "Pharmacist", "Apotheke am Markt", closeness=4,
        phone="+49 40 5550 111"),
    Person("Jürgen", "Groß", (FAMILY,), (12, 24), 1952, nickname="Onkel Jürgen", closeness=8,
        phone="+49 4321 5550 112"),
    Person("Zdeněk", "Dvořák", (CHOIR,), (8, 9), 1969, "Conductor", "Kammerchor Elbe", closeness=5),
    Person("Łucja", "Nowak", (OFFICE,), (1, 6), 1983, "Illustrator", closeness=6,
        email="lucja@nowak.example"),
    Person("Mehmet", "Öztürk", (STREET,), 9, 1974, "Locksmith", "Öztürk Schlüsseldienst", closeness=4,
        phone="+49 40 5550 115", notes="Opened our door at midnight and would not take money."),
    Person("Anneliese", "Vogt", (FAMILY,), (4, 3), 1948, nickname="Mama", closeness=10,
        lives=("Am Deich 3", "25761", "Büsum"), rhythm=7, confidant=True,
        phone="+49 4321 5550 116"),
    Person("Günther", "Vogt", (FAMILY,), (9, 19), 1945, nickname="Papa", closeness=9,
        phone="+49 4321 5550 116"),
    Person("Malte", "Vogt", (FAMILY, SAILING), 12, 1982, "Boat builder", "Vogt Bootsbau", closeness=9,
        phone="+49 171 5550 118"),
    Person("Mirela", "Hadžić", (STREET,), (6, 11), None, "Florist", "Hadžić Blumen", closeness=3),
    Person("Sébastien", "Lefèvre", (STUDIES,), (11, 5), 1985, "Brewer", "Brasserie du Port", closeness=5,
        email="seb@brasserie.example"),
    Person("Hanna", "Lindqvist", (SAILING,), (3, 28), 1990, "Marine biologist", "Institut Ostsee",
        closeness=6),
    Person("Óscar", "Núñez Ibáñez", (OFFICE,), (5, 8), None, "Carpenter", "Carpintería Núñez", closeness=5,
        phone="+49 40 5550 122"),
    Person("Dilan", "Kaya", (CHOIR, STREET), (7, 21), 1993, "Nurse", "Haus am Wall", closeness=7,
        phone="+49 171 5550 123"),
    Person("Piotr", "Zieliński", (OFFICE,), (2, 12), 1976, "Electrician", "Zieliński Elektro", closeness=5,
        phone="+49 40 5550 124"),
    Person("Kateřina", "Šimková", (STUDIES,), (10, 1), 1987, "Journalist", "Radio Most", closeness=6),
    Person("Nikolaus", "Öhlschläger", (CHOIR,), (1, 25), 1958, "Organ builder", "Orgelbau Öhlschläger",
        closeness=4),
    Person("Thị Mai", "Nguyễn", (STREET,), None, None, "Tailor", "Atelier Mai", closeness=4),
    Person("Bogdan", "Ionescu", (OFFICE,), (9, 3), 1981, "Programmer", closeness=5,
        email="bogdan@ionescu.example"),
    Person("Ragnhild", "Ås", (SAILING,), (4, 30), None, "Sailmaker", "Ås Seil", closeness=4),
    Person("Tobias", "Krämer", (STUDIES, SAILING), (8, 26), 1984, "Doctor", "Klinikum am Fluss",
        prefix="Dr.", closeness=7, phone="+49 171 5550 130"),
    Person("Elif", "Çelik", (OFFICE,), (12, 11), 1989, "Lawyer", "Çelik & Brandt", closeness=6,
        email="elif@celik.example", how_met="We shared a desk and one lamp."),
    Person("Wolfgang", "Müßig", (STREET,), (6, 29), 1956, "Retired postman", closeness=3,
        notes="Takes in parcels. Likes plum cake."),
    Person("Agnieszka", "Wiśniewska", (CHOIR,), 7, 1980, "Alto, accountant", closeness=6),
    Person("Fatoumata", "Diallo", (OFFICE,), (3, 8), 1978, "Head of design", "Nordstern", closeness=5,
        email="f.diallo@nordstern.example"),
    Person("Vjekoslav", "Đurić", (SAILING,), (7, 15), None, "Harbour master", closeness=3),
    Person("Hatice", "Şahin", (FAMILY,), (5, 23), 1992, "Baker", "Backstube Şahin", closeness=8,
        phone="+49 171 5550 136", how_met="Malte brought her along, luckily."),
    Person("Ole", "Jørgensen", (STUDIES,), None, 1985, "Photographer", closeness=5),
    Person("Rosalía", "Peña", (CHOIR,), (11, 18), None, "Soprano", closeness=4),
    Person("Wanja", "Petrenko", (STREET,), (10, 10), 1995, "Bicycle mechanic", "Radwerk", closeness=4,
        phone="+49 40 5550 139"),
    Person("Leyla", "Aydoğan", (SAILING,), (4, 12), 1986, "Physicist", "Institut Ostsee", closeness=5),
    Person("Klaus-Dieter", "Böhm", (OFFICE,), (2, 2), 1963, "Former head of department", archived=True),
)  # fmt: skip

# Whom it is about, what, so many days from today, and whether it is done.
FOLLOW_UPS = (
    ("Aylin", "Ask how the competition in Kiel went", -3, False),
    ("Mehmet", "Bring him the plum jam", -1, False),
    ("Emeka", "Introduce him to Aylin: she looks for somebody who knows statics", 0, False),
    ("", "Answer the invitation to the summer party", 0, False),
    ("Anneliese", "Ask what the doctor said", 1, False),
    ("Elif", "Thank her for the word she put in for me", 5, False),
    ("Hanna", "Send the photos from the regatta", -20, True),
)

# With whom, how (see Interaction.Kind), so many days ago, what about, and whether it went both ways. A season
# stands for the day where she does not know better.
TALKS: tuple[tuple[tuple[str, ...], str, int | str, str, bool], ...] = (
    (("Chiara",), "letter", "summer", "Eight pages about the house by the sea.", True),
    (("Aylin", "Emeka"), "meeting", 55, "Café Leonar. She thinks about sharing her office.", True),
    (("Hanna", "Malte", "Henrike"), "meeting", 21, "Regatta, and soup on the pier.", True),
    (("Aylin",), "message", 12, "Congratulated her on Kiel.", False),
    (("Tobias",), "call", 9, "His father sleeps a lot. Offered to come along on Sunday.", True),
    (("Anneliese", "Günther"), "call", 2, "", True),
    (("Karim",), "meeting", 1, "Bread, and how his elder daughter is doing in Lyon.", True),
)

# With whom, what she says of it (see contacts.giving.Said), what, so many days ago, and by when, from today.
FAVOURS: tuple[tuple[str, str, str, int, int | None], ...] = (
    ("Mehmet", "was-helped", "Opened our door at midnight", 410, None),
    ("Mehmet", "helped", "Wrote his letter to the landlord", 200, None),
    ("Mehmet", "promised", "Mind his shop for an afternoon", 9, None),
    ("Tobias", "borrowed", "The drill", 63, 12),
    ("Tobias", "was-helped", "Drove me to the station in the night", 63, None),
    ("Tobias", "promised", "Come along to his father on a Sunday", 9, 4),
    ("Elif", "was-helped", "Put in a word for me", 34, None),
    ("Aylin", "borrowed", "Her book on cooperatives", 55, None),
    ("Aylin", "helped", "Read the competition texts for Kiel", 120, None),
    ("Aylin", "was-promised", "Draw the plan for the attic", 55, None),
    ("Malte", "helped", "Swept the boatyard, three Saturdays", 40, None),
    ("Malte", "lent", "The long ladder", 95, None),
    ("Hanna", "helped", "Took her watch at the helm", 21, None),
)
# Whom she asked for what, so many days ago, whether an answer came, and what came of it.
ASKS: tuple[tuple[str, str, int, bool | None, str], ...] = (
    ("Fatoumata", "Look over my portfolio", 18, None, ""),
    ("Emeka", "Whether the cellar wall holds", 140, True, "He came by the same week: it holds."),
    ("Ole", "A photo for the choir’s poster", 75, False, ""),
)

# Who is what to whom (see contacts.models.ties.As); and who simply know each other.
TIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Anneliese", "partner", ("Günther",)),
    ("Anneliese", "parent", ("Lea", "Malte")),
    ("Günther", "parent", ("Lea", "Malte")),
    ("Lea", "sibling", ("Malte",)),
    ("Jürgen", "sibling", ("Günther",)),
    ("Malte", "partner", ("Hatice",)),
    ("Hanna", "colleague", ("Leyla",)),
    ("Aylin", "introduced", ("Emeka",)),
    ("Aylin", "friend", ("Chiara",)),
    ("Emeka", "colleague", ("Klaus-Dieter", "Piotr")),
    ("Malte", "close", ("Henrike",)),
    ("Lea", "close", ("Anneliese",)),
    ("Aylin", "knows", ("Jonas", "Kateřina", "Tobias", "Ole")),
    ("Jonas", "knows", ("Tobias", "Karim", "Mehmet", "Mirela")),
    ("Ivana", "knows", ("Emeka", "Łucja", "Zdeněk", "Dilan", "Agnieszka")),
    ("Henrike", "knows", ("Hanna", "Grzegorz", "Vjekoslav", "Ragnhild")),
    ("Dilan", "knows", ("Şule", "Rosalía", "Mehmet", "Wolfgang")),
)

# The steps she took: how many days ago the check was, its question, whom it is about, what, so many days from
# today, and whether it was done on that day.
STEPS = (
    (172, "dialogue", "Jonas", "Ask Jonas what he would teach if he could choose, and listen", -150, True),
    (23, "balance", "Tobias", "Return the drill", 12, False),
)

# Whose day it is, what day, in so many days from today, and since which year.
DATES = (("Aylin", "Wedding day", 9, 2015), ("Anneliese", "The day Grandmother died", 40, 1998))

# In whose life, glad or hard, what happened, so many days ago, and whether one has answered.
EVENTS = (
    ("Aylin", "joy", "Her office won the competition in Kiel", 12, False),
    ("Tobias", "grief", "His father is ill", 30, True),
)

# So many days ago; the ten answers in order: yes, partly, no, or open; and notes by the question's key.
CHECKS: tuple[tuple[int, str, dict[str, str]], ...] = (
    (712, "pnnypn-pn-", {"dialogue": "I read along, and hardly ever ask."}),
    (521, "ppnpppnpnp", {"respect": "Answered somebody at midnight, in anger. Deleted it in the morning."}),
    (334, "ypnyppyynp", {"dialogue": "Asked Mehmet a real question, and waited."}),
    (181, "ypyypp-ynp", {"lasting-ties": "Said no to the quick contract, kept the friend."}),
    # Nine days later once more, to see how steady the answers are.
    (172, "ypyypppyyp", {"missing-others": "Read the names aloud. Yes, I would."}),
    (23, "yyyyppyyyp", {"balance": "Two favours are still open: the drill and the night drive."}),
)
# The agency she runs with two others.
ORGANISATION_CHECKS: tuple[tuple[int, str, dict[str, str]], ...] = (
    (290, "ppyyp-npyp", {"motives": "Each of us would give a different answer."}),
    (48, "yppyypppyy", {"dialogue": "Every letter is answered now. Asking back is still rare."}),
)

# A question of the guide by its key, so many days ago, and what she wrote.
GUIDE: tuple[tuple[str, int, str], ...] = (
    ("smile", 330, "A photo from Chiara, without a word."),
    ("smile", 23, "“I am at the station, have you got half an hour?” From anybody on my street."),
    ("belonging", 330, "In the choir: I keep the chairs and the key."),
    (
        "belonging",
        181,
        (
            "In the choir, where I keep the chairs and the key, and at Malte’s boatyard on Saturdays.\n\n"
            "What I bring? Someone who stays to sweep up. It took me years to see that this counts."
        ),
    ),
    (
        "reliance",
        23,
        (
            "They say no when they mean no. Mehmet does: he told me at once that he could not come before"
            " ten, and at five to ten he rang the bell."
        ),
    ),
    ("by-my-side", 21, "With the tax, and with the talk I owe E."),
)

# What Mara looks at again and again: how she calls it, and what it narrows her list to.
VIEWS = (
    ("Close to me", "closeness=9-10&closeness=7-8&sort=birthday"),
    ("Whose day I do not know", "birthday=none"),
)
