"""How large a request with a file may be: no door takes one unless it says so, nor a larger one than it says.

Django limits what is typed and writes a file to disk however large it is. Here a file stays in memory; of one
that is too large only its size is kept, so that its form can say so.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from django.http import HttpRequest, QueryDict
    from django.utils.datastructures import MultiValueDict

    View = TypeVar("View", bound=Callable[..., Any])

# A door that takes a file listens to so much, to answer with a sentence.
MOST_HEARD = 64 << 20


class FileTooBig(RequestDataTooBig):
    """A file larger than any door here listens to."""


def takes_a_file(most: int) -> Callable[[View], View]:
    """A view that takes one file of so many bytes."""

    def marked(view: View) -> View:
        cast("Any", view).most_bytes = most
        return view

    return marked


def most_at(request: HttpRequest | None) -> int:
    door = request.resolver_match if request else None
    most: int = getattr(door.func, "most_bytes", 0) if door else 0
    return most


class OneFileWhereWanted(FileUploadHandler):
    """Keeps the first file at a door that takes one; lets every other pass by."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 -- Django names it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]] | None:
        self.most = most_at(self.request)
        self.kept: BytesIO | None = None
        if content_length > (MOST_HEARD if self.most else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            # Where no file is wanted, what is too long was typed.
            raise FileTooBig if self.most else RequestDataTooBig
        return None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if not self.most or self.kept is not None:
            raise SkipFile
        self.kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.kept is not None
        if start + len(raw_data) <= self.most:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        whole = self.kept if file_size <= self.most else BytesIO()
        assert whole is not None
        whole.seek(0)
        return InMemoryUploadedFile(
            whole, self.field_name, self.file_name or "", self.content_type, file_size, self.charset,
            self.content_type_extra,
        )  # fmt: skip
