"""A mail that came back: the report that a server writes, and how an operator hands it to the product."""

from __future__ import annotations

import io
import mailbox
import os
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

from django.core.management import call_command

NOBODY = "550 5.1.1 <{who}>: Recipient address rejected: User unknown in local recipient table"


def report(to: str, who: str, message_id: str) -> bytes:
    """RFC 3464: `to` is where the mail said it came from, `who` is nobody's address."""
    mail = MIMEMultipart("report", report_type="delivery-status")
    mail["Return-Path"] = "<>"
    mail["From"] = "MAILER-DAEMON@mx.example.org (Mail Delivery System)"
    mail["To"] = to
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail["Auto-Submitted"] = "auto-replied"
    mail.attach(MIMEText("I'm sorry to have to inform you that your message could not be delivered."))
    mail.attach(_status(who))
    returned = Message()
    returned["Content-Type"] = "text/rfc822-headers"
    returned.set_payload(f"Message-ID: {message_id}\nTo: {who}\n")
    mail.attach(returned)
    return mail.as_bytes()


def _status(who: str) -> Message:
    of_the_mail, of_the_recipient = Message(), Message()
    of_the_mail["Reporting-MTA"] = "dns; mx.example.org"
    of_the_mail["X-Postfix-Queue-ID"] = "4Qx1"
    of_the_recipient["Final-Recipient"] = f"rfc822; {who}"
    of_the_recipient["Action"] = "failed"
    of_the_recipient["Status"] = "5.1.1"
    of_the_recipient["Remote-MTA"] = "dns; mx.elsewhere.example.org"
    of_the_recipient["Diagnostic-Code"] = f"smtp; {NOBODY.format(who=who)}"
    status = Message()
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([of_the_mail, of_the_recipient])
    return status


def piped(path: str, to: str) -> None:
    """`manage.py bounces --to …`, as a pipe of the mail server starts it."""
    message = os.open(path, os.O_RDONLY)
    os.dup2(message, 0)
    os.close(message)
    call_command("bounces", to=to, stdout=io.StringIO())


def from_a_folder(path: str) -> int:
    """`manage.py bounces --maildir …`, as a timer starts it; how many messages nobody has read after it."""
    call_command("bounces", maildir=path, stdout=io.StringIO())
    return sum(message.get_subdir() == "new" for message in mailbox.Maildir(path, create=False))


def put_into(folder: Path, raw: bytes) -> None:
    mailbox.Maildir(folder).add(raw)
