"""Where a tap on a number, an address or a link leads; nowhere if that would not be safe.

What is stored stays as it was typed; these are read from it. Only tel:, mailto:, https:, http: and xmpp: ever
come out.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

WEB: Final = re.compile(r"https?://", re.IGNORECASE)
# A host with a dot, as people write it: example.org, www.example.org:8080/page.
HOST: Final = re.compile(r"[\w-]+(\.[\w-]+)+(:[0-9]+)?([/?#]|$)")
EXTENSION: Final = re.compile(
    r"(?:ext\.?|extension|x|dw|durchwahl|;ext=|#)\s*([0-9]{1,7})\s*$", re.IGNORECASE
)
FEWEST_DIGITS: Final = 2


def dial(number: str) -> str:
    """tel:, without the (0) that is not dialled from abroad, and with what is dialled after the tone."""
    extension = EXTENSION.search(number)
    if extension and any(sign.isdigit() for sign in number[: extension.start()]):
        number = number[: extension.start()]
    else:
        extension = None
    digits = "".join(sign for sign in number if sign in "0123456789+*#")
    if digits.startswith("+"):
        digits = digits.removeprefix("+") if "(0)" not in number else dialled_abroad(number)
        digits = "+" + digits.replace("+", "")
    else:
        digits = digits.replace("+", "")
    if sum(sign.isdigit() for sign in digits) < FEWEST_DIGITS:
        return ""
    return f"tel:{quote(digits, safe='+*')}" + (f";ext={extension[1]}" if extension else "")


def dialled_abroad(number: str) -> str:
    return "".join(sign for sign in number.replace("(0)", "") if sign in "0123456789*#")


def write_to(address: str) -> str:
    """mailto:, in which no sign of the address can begin a header."""
    return f"mailto:{quote(address, safe='@')}" if "@" in address else ""


def visit(link: str) -> str:
    """The page, by https where nothing is said; never javascript: or anything else that runs."""
    if re.search(r"[\x00-\x20\x7f\\]", link):
        return ""
    if HOST.match(link):
        link = f"https://{link}"
    try:
        return link if WEB.match(link) and urlsplit(link).hostname else ""
    except ValueError:
        return ""


def chat(service: str, handle: str) -> str:
    """The conversation, where a service has an address for it and the name fits."""
    name = handle.removeprefix("@")
    number = dial(handle).removeprefix("tel:")
    abroad = number.removeprefix("+") if number.startswith("+") and number[1:].isdigit() else ""
    if service == "signal" and abroad:
        return f"https://signal.me/#p/+{abroad}"
    if service == "whatsapp" and abroad:
        return f"https://wa.me/{abroad}"
    if service == "telegram" and (abroad or re.fullmatch(r"[A-Za-z0-9_]{4,32}", name)):
        return f"https://t.me/{'+' + abroad if abroad else name}"
    if service == "threema" and re.fullmatch(r"[A-Z0-9*][A-Z0-9]{7}", handle):
        return f"https://threema.id/{quote(handle)}"
    if service == "matrix" and re.fullmatch(r"@[^\s:/]+:[^\s/]+", handle):
        return f"https://matrix.to/#/{quote(handle, safe='@:')}"
    if service == "xmpp" and re.fullmatch(r"[^\s@/?#]+@[^\s@/?#]+", handle):
        return f"xmpp:{quote(handle, safe='@')}"
    return ""
