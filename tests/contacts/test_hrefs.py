"""Where a tap leads, and that it leads nowhere dangerous."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts import hrefs


@pytest.mark.parametrize(
    ("number", "tel"),
    [
        ("+49 40 5550 101", "tel:+49405550101"),
        ("+49 (0)40 5550-101", "tel:+49405550101"),
        ("(040) 5550/101", "tel:0405550101"),
        ("0049 40 5550", "tel:0049405550"),
        ("+44 (20) 5550-100 ext. 7", "tel:+44205550100;ext=7"),
        ("040 5550 DW 12", "tel:0405550;ext=12"),
        ("Tel. 040 5550", "tel:0405550"),
        ("*100#", "tel:*100%23"),
        ("112", "tel:112"),
        ("\u202d+49 40 5550\u202c", "tel:+49405550"),
        ("٠١٢", ""),
        ("x 7", ""),
        ("none", ""),
        ("", ""),
    ],
)
def test_a_number_is_dialled_as_a_telephone_wants_it(number: str, tel: str) -> None:
    assert hrefs.dial(number) == tel


@pytest.mark.parametrize(
    ("address", "mailto"),
    [
        ("ada@example.org", "mailto:ada@example.org"),
        ("a?cc=b&x#@example.org", "mailto:a%3Fcc%3Db%26x%23@example.org"),
        ("ada", ""),
    ],
)
def test_no_sign_of_an_address_begins_a_header(address: str, mailto: str) -> None:
    assert hrefs.write_to(address) == mailto


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("example.org/page", "https://example.org/page"),
        ("www.example.org:8080/x", "https://www.example.org:8080/x"),
        ("bücher.example", "https://bücher.example"),
        ("javascript:alert(1)", ""),
        ("JavaScript:alert(1)", ""),
        ("java\tscript:alert(1)", ""),
        (" javascript:alert(1)", ""),
        ("javascript.x:alert(1)", ""),
        ("data:text/html,x", ""),
        ("vbscript:x", ""),
        ("file:///etc/passwd", ""),
        ("ftp://example.org", ""),
        ("//example.org", ""),
        ("https://", ""),
        ("https://[", ""),
        ("https:example.org", ""),
        ("example", ""),
        ("", ""),
    ],
)
def test_only_pages_are_opened(link: str, page: str) -> None:
    assert hrefs.visit(link) == page


@pytest.mark.parametrize(
    ("service", "handle", "href"),
    [
        ("signal", "+49 171 5550", "https://signal.me/#p/+491715550"),
        ("signal", "ada.42", ""),
        ("whatsapp", "+49 171 5550", "https://wa.me/491715550"),
        ("whatsapp", "0171 5550", ""),
        ("telegram", "@ada_l", "https://t.me/ada_l"),
        ("telegram", "+49 171 5550", "https://t.me/+491715550"),
        ("telegram", "a/../b", ""),
        ("threema", "ABCD1234", "https://threema.id/ABCD1234"),
        ("threema", "abcd", ""),
        ("matrix", "@ada:example.org", "https://matrix.to/#/@ada:example.org"),
        ("matrix", "ada", ""),
        ("xmpp", "ada@example.org", "xmpp:ada@example.org"),
        ("xmpp", "ada@example.org?message", ""),
        ("other", "+49 171 5550", ""),
    ],
)
def test_a_conversation_is_opened_where_the_name_fits(service: str, handle: str, href: str) -> None:
    assert hrefs.chat(service, handle) == href


typed = st.one_of(
    st.text(max_size=40),
    st.builds("{}{}{}".format, st.sampled_from(["javascript:", "data:", "https://", "+49 ", "@", "a.b:"]),
        st.text(max_size=20), st.sampled_from(["", ".org", "@x.y", "//", ":1"])),
)  # fmt: skip


@given(typed, st.sampled_from(["signal", "whatsapp", "telegram", "threema", "matrix", "xmpp", "other"]))
def test_whatever_is_typed_nothing_runs(text: str, service: str) -> None:
    for href in (hrefs.dial(text), hrefs.write_to(text), hrefs.visit(text), hrefs.chat(service, text)):
        assert not href or href.lower().startswith(("tel:", "mailto:", "https://", "http://", "xmpp:"))
        assert not any(sign <= " " for sign in href)
