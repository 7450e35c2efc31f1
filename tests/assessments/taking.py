"""Somebody who takes the check through its pages, without JavaScript."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from django.urls import reverse

from assessments.models import Assessment

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

SEVEN_TWO_ONE = ["yes"] * 7 + ["partly"] * 2 + ["no"]


class Taker:
    """A browser on its way through one check."""

    def __init__(self, client: Client, perspective: str = "person", form: uuid.UUID | None = None) -> None:
        self.client = client
        began = client.post(
            reverse("assessments:start"), {"uid": str(form or uuid.uuid4()), "perspective": perspective}
        )
        assert began.status_code == 303
        found = re.fullmatch(r"/check/([0-9a-f-]{36})/.*", began["Location"])
        assert found
        self.at = began["Location"]
        self.uid = uuid.UUID(found[1])

    @property
    def check(self) -> Assessment:
        return Assessment.objects.get(uid=self.uid)

    def question(self, number: int) -> str:
        return reverse("assessments:question", args=[self.uid, number])

    @property
    def review(self) -> str:
        return reverse("assessments:review", args=[self.uid])

    @property
    def result(self) -> str:
        return reverse("assessments:result", args=[self.uid])

    def answer(self, number: int, answer: str = "", note: str = "", **more: str) -> Response:
        url = self.question(number) + more.pop("query", "")
        return self.client.post(url, {"answer": answer, "note": note, **more})

    def answer_all(self, answers: list[str]) -> Response:
        for number, answer in enumerate(answers, start=1):
            response = self.answer(number, answer)
            assert response.status_code == 303
        return response

    def finish(self) -> Response:
        return self.client.post(self.review)
