"""A mail as it goes over the wire: headers that stay one each whatever is in them, and two ways to read it.

Written by hand because a mail is always the same: a few headers, the text, and the text again as HTML. Of
what stands in a header nothing can begin another one, end the headers, turn the reading direction around or
be taken for an encoded word; all of it comes out again as it went in.
"""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_qp
from email.header import Header
from email.utils import formataddr, parseaddr
from typing import TYPE_CHECKING, Final
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE: Final = 76
# What turns the reading direction of everything after it around.
TURNING: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# What a header may not hold as it is: an encoded word that nobody encoded, or a word too long for a line.
ENCODED: Final = re.compile(rf"=\?|\S{{{LINE - 10}}}")


def one_line(text: str) -> str:
    """The words of it, one space apart, without what is not to be seen and only misleads."""
    if text.isprintable():
        # Nothing but letters, signs and single spaces, as nearly always.
        return " ".join(text.split()) if "  " in text else text.strip()
    # NUL, escapes and half characters stand for nothing; line ends of every kind are spaces.
    seen = "".join(sign for sign in text if sign.isspace() or category(sign) not in {"Cc", "Cs"})
    return " ".join(seen.translate(TURNING).split())


def words(name: str, text: str) -> str:
    """The value of a header that is read by people, folded."""
    text = one_line(text)
    charset = "us-ascii" if text.isascii() and not ENCODED.search(text) else "utf-8"
    return Header(text, charset, header_name=name, maxlinelen=LINE).encode(linesep="\r\n")


def mailbox(text: str) -> str:
    """An address with the name before it, if there is one."""
    name, address = parseaddr(one_line(text))
    return formataddr((name, address))


def written(headers: Mapping[str, str], text: str, html: str) -> bytes:
    """All of it. Headers come as they are to stand there; the empty ones are left out."""
    # Two signs that encoded text never has beside each other: no line of it can be taken for the boundary.
    boundary = "=_" + hashlib.sha256(repr(headers).encode()).hexdigest()[:24]
    lines = [f"{name}: {value}" for name, value in headers.items() if value]
    lines += [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        f"--{boundary}",
        *part("plain", text),
        f"--{boundary}",
        *part("html", html),
        f"--{boundary}--",
        "",
    ]
    return "\r\n".join(lines).encode()


def part(kind: str, text: str) -> list[str]:
    """One way to read it."""
    ended = "".join(f"{line}\r\n" for line in re.split(r"\r\n|\r|\n", text.rstrip()))
    return [
        f'Content-Type: text/{kind}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        b2a_qp(ended.encode("utf-8", "replace")).decode("ascii"),
    ]
