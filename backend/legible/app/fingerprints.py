"""What makes a request the same as another."""

import hashlib

from starlette.datastructures import FormData, UploadFile


def fingerprint(method: str, path: str, content: FormData | bytes) -> str:
    """Hash what makes a request the same as another; `path` with its query."""
    digest = hashlib.sha256()

    def add(part: bytes) -> None:  # with its length, so that no two lists of parts look the same
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)

    add(method.encode())
    add(path.encode())
    if isinstance(content, bytes):
        add(content)
        return digest.hexdigest()
    for name, value in content.multi_items():
        add(name.encode())
        if isinstance(value, UploadFile):
            add((value.filename or "").encode())
            add(hashlib.file_digest(value.file, "sha256").digest())  # type: ignore[arg-type]
            value.file.seek(0)
        else:
            add(value.encode())
    return digest.hexdigest()
