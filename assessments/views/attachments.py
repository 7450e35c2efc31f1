"""What makes an answer a file to keep."""

from __future__ import annotations

from django.utils.http import content_disposition_header


def as_a_file(name: str) -> dict[str, str]:
    """The headers under which a browser keeps an answer, by this name. A page shows an image all the same."""
    return {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""}
