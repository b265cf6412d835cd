"""Where pictures lie: one small interface over files, and over a bucket."""

from legible.app.storage.files import FileStorage
from legible.app.storage.opening import open_storage, storage_at
from legible.app.storage.store import Entry, Storage, StorageUnavailable

__all__ = ["Entry", "FileStorage", "Storage", "StorageUnavailable", "open_storage", "storage_at"]
