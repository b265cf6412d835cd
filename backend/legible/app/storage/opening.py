"""Which store an address names."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from legible.app.settings import Settings, StartError
from legible.app.storage.files import FileStorage
from legible.app.storage.store import Storage

_FORMS = "file:///FOLDER for files, or s3://BUCKET/PREFIX for an S3-compatible store"


def open_storage(settings: Settings) -> Storage:
    """Open the store of the settings, without asking it anything yet.

    Raises:
        StartError: the address is none, or the settings contradict each other.
    """
    presigned = settings.storage_reads == "presigned"
    if not settings.storage_url:
        store: Storage = FileStorage(settings.pictures_dir)
    else:
        store = storage_at(
            settings.storage_url, timeout_s=settings.storage_timeout_s, gives_links=presigned
        )
    if presigned and isinstance(store, FileStorage):
        raise StartError(
            "LEGIBLE_STORAGE_READS=presigned needs a bucket: files have no address of their own. "
            "Name one in LEGIBLE_STORAGE_URL (s3://BUCKET/PREFIX), or leave both unset."
        )
    return store


def storage_at(
    url: str,
    *,
    timeout_s: float = 10,
    gives_links: bool = False,
    setting: str = "LEGIBLE_STORAGE_URL",
) -> Storage:
    """Open the store at an address.

    Args:
        url: `file:///path` or `s3://bucket/prefix`.
        timeout_s: how long one answer of a remote store may take.
        gives_links: whether a remote store answers addresses of single pictures.
        setting: where the address was written, for what is wrong with it.

    Raises:
        StartError: it is no such address. It is not repeated: it may hold a secret.
    """
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise StartError(
            f"{setting} holds more than an address. Write {_FORMS}; keys belong in "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the store's address in "
            "AWS_ENDPOINT_URL_S3."
        )
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and len(parts.path) > 1:
        return FileStorage(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        try:  # boto3 takes a quarter of a second and 25 MB: only who uses it has them
            from legible.app.storage.s3 import open_s3  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise StartError(
                f"{setting} names a bucket, which needs boto3: pip install 'legible[s3]'"
            ) from error
        prefix = parts.path.strip("/")
        return open_s3(parts.netloc, prefix, timeout_s=timeout_s, gives_links=gives_links)
    raise StartError(f"{setting} names no store. Expected {_FORMS}.")
