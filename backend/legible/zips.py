"""What is known of zip archives from anybody, wherever they are opened."""

import re
import stat
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

# How an archive begins: with a file, or with the end of an empty list.
MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# bzip2 and LZMA unpack a few bytes to many megabytes in one step.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What `zipfile` raises for what is no archive, and for an entry that is damaged.
NO_ZIP = (zipfile.BadZipFile, ValueError, EOFError, struct.error, OverflowError)
BROKEN = (*NO_ZIP, zlib.error, NotImplementedError, RuntimeError, KeyError)

_ENCRYPTED = 0x1
_JUNK_FOLDER = "__MACOSX"
_JUNK = re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini|\._.*", re.IGNORECASE)


def is_left_out(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a folder, or something that a system put beside the files."""
    path = PurePosixPath(info.orig_filename)
    return (
        info.orig_filename.endswith("/")
        or _JUNK_FOLDER in path.parts
        or _JUNK.fullmatch(path.name) is not None
    )


def is_file(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry is a file, and no link or device."""
    kind = stat.S_IFMT(info.external_attr >> 16)  # 0 where the system that packed it has none
    return kind in {0, stat.S_IFREG}


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Say whether an entry wants a password."""
    return bool(info.flag_bits & _ENCRYPTED)
