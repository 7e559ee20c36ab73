"""What a file is: by its first bytes, whatever it is said to be."""

import pytest

from bot.media_types import HEAD, lies, media_type

OFFICE = "application/vnd.openxmlformats-officedocument"
FTYP = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(32)
ZIP = b"PK\x03\x04\x14\x00\x06\x00" + bytes(22)
EXE = b"MZ\x90\x00\x03\x00\x00\x00"

TRUE = [
    ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    ("image/jpg", b"\xff\xd8\xff\xe1\x00\x10Exif"),
    ("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ("image/webp", b"RIFF\x24\x00\x00\x00WEBPVP8 "),
    ("image/gif", b"GIF89a\x01\x00\x01\x00"),
    ("audio/ogg", b"OggS\x00\x02"),
    ("audio/ogg; codecs=opus", b"OggS\x00\x02"),
    ("audio/mpeg", b"ID3\x04\x00"),
    ("audio/mpeg", b"\xff\xfb\x90\x00"),
    ("audio/aac", b"\xff\xf1\x50\x80"),
    ("audio/mp4", FTYP),
    ("video/mp4", FTYP),
    ("video/3gpp", b"\x00\x00\x00\x18ftyp3gp5"),
    ("audio/amr", b"#!AMR\n\x3c"),
    ("application/pdf", b"%PDF-1.7\n%\xe2\xe3"),
    ("application/pdf", b"\r\n\r\n%PDF-1.4\n\x00"),
    (f"{OFFICE}.wordprocessingml.document", ZIP + b"[Content_Types].xml"),
    (f"{OFFICE}.spreadsheetml.sheet", OLE),
    ("application/msword", OLE),
    ("application/msword", b"{\\rtf1\\ansi"),
    ("application/vnd.ms-excel", OLE),
    ("application/vnd.ms-powerpoint", OLE),
    ("text/plain", "Maaşımı vermirlər".encode()),
    ("text/plain", "از کارم".encode("utf-16")),
    ("text/plain", b"MZ is how my name begins"),
    ("text/plain", b"I wrote <html> once"),
    ("text/csv", b"day,hours\n1,14\n"),
    ("image/heic", b"\x00\x00\x00\x18ftypheic"),
    ("application/octet-stream", b"\x00\x01\x02\x03"),
    ("", b"%PDF-1.7"),
]

FALSE = [
    ("image/jpeg", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", b"my name is Leyla"),
    ("image/png", FTYP),
    ("video/mp4", b"OggS\x00\x02"),
    ("audio/ogg", b"\x1a\x45\xdf\xa3"),
    ("application/pdf", ZIP),
    ("application/pdf", b"nothing of the kind"),
    ("application/msword", b"%PDF-1.7"),
    ("text/plain", b"a\x00b"),
    # pages
    ("image/jpeg", b"<!DOCTYPE html><html>"),
    ("text/plain", b"\xef\xbb\xbf \n<HTML><body onload=x()>"),
    ("text/plain", "<script>x()</script>".encode("utf-16")),
    ("application/octet-stream", b"<!-- --><svg xmlns='x' onload='y()'>"),
    ("application/pdf", b"<html><!-- %PDF-1.7 -->"),
    ("application/octet-stream", b"<?php system($_GET['x']);"),
    ("text/html", b"salom"),
    ("image/svg+xml", b"\x00"),
    # programs
    ("text/plain", b"#!/bin/sh\nrm -r ~\n"),
    ("application/octet-stream", b"#!/bin/sh\nexit\n\x00\x01\x02"),
    ("audio/amr", b"#!/bin/sh\n"),
    ("application/octet-stream", EXE),
    ("application/pdf", EXE + b"%PDF-1.7"),
    ("", b"\x7fELF\x02\x01\x01\x00"),
    ("application/octet-stream", b"\xca\xfe\xba\xbe\x00\x00\x00\x41"),
    ("application/octet-stream", b"\xcf\xfa\xed\xfe\x07\x00\x00\x01"),
    ("application/octet-stream", b"\x00asm\x01\x00\x00\x00"),
    ("application/octet-stream", b"L\x00\x00\x00\x01\x14\x02\x00"),
    ("application/zip", ZIP + b"META-INF/MANIFEST.MF"),
    (f"{OFFICE}.wordprocessingml.document", ZIP + b"AndroidManifest.xml"),
    ("application/vnd.android.package-archive", ZIP),
    ("application/x-msdownload", b"anything"),
]


@pytest.mark.parametrize(("said", "head"), TRUE)
def test_true(said: str, head: bytes) -> None:
    """What people send is let through, as their phones call it."""
    assert not lies(head, said)
    assert not lies((head + bytes(HEAD) if b"\x00" in head else head)[:HEAD], said)


@pytest.mark.parametrize(("said", "head"), FALSE)
def test_false(said: str, head: bytes) -> None:
    """A lie is seen, and what runs where it is opened has no true name."""
    assert lies(head, said)


@pytest.mark.parametrize(
    ("said", "usual"),
    [
        ("audio/ogg; codecs=opus", "audio/ogg"),
        (" Image/JPG ", "image/jpeg"),
        ("audio/x-m4a", "audio/mp4"),
        ("", ""),
    ],
)
def test_media_type(said: str, usual: str) -> None:
    """One name for what is called many."""
    assert media_type(said) == usual
