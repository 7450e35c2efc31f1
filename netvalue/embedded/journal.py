"""What happened: every line of every program goes into one file that never grows past its measure."""

from __future__ import annotations

import logging
import os
import sys
import time
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1 << 20


class _File(RotatingFileHandler):
    """Says nothing about a full disk: the terminal still has the line."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (its name in logging)
        pass


class Journal:
    """The log file, and what of it the terminal shows."""

    def __init__(self, path: Path, *, quiet: bool, verbose: bool) -> None:
        self.path = path
        self.quiet = quiet
        self.verbose = verbose
        self.file = _File(path, maxBytes=10 * MEGABYTE, backupCount=5, encoding="utf-8", delay=True)

    def say(self, sentence: str) -> None:
        """A step of the supervisor."""
        self._record("netvalue", sentence)
        if not self.quiet:
            self.show(f"netvalue: {sentence}")

    def tell(self, sentence: str) -> None:
        """What a person must see, quiet or not."""
        self._record("netvalue", sentence)
        self.show(sentence)

    def hear(self, name: str, line: bytes) -> None:
        """A line of a program; a stranger's bytes in it must not drive the terminal of whoever reads them."""
        text = printable(line.decode("utf-8", "replace").rstrip())
        self._record(name, text)
        if self.verbose:
            self.show(f"{name:<8} | {text}")

    def close(self) -> None:
        self.file.close()

    def _record(self, name: str, line: str) -> None:
        text = f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {name:<8} | {line}"
        self.file.emit(logging.LogRecord(name, logging.INFO, "", 0, text, None, None))

    def show(self, line: str) -> None:
        """On the terminal alone."""
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except OSError:  # whoever read our output is gone (`| head`): the file has everything
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    return "".join(each if each == "\t" or each.isprintable() else f"\\x{ord(each):02x}" for each in text)
