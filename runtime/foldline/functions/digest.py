"""A short name for one state of an application's functions."""

import hashlib
from pathlib import Path


def digest_of(folder: Path) -> str:
    """Twelve hexadecimal digits that change with any Python or SQL file in the folder."""
    whole = hashlib.sha256()
    for file in sorted(path for pattern in ("*.py", "*.sql") for path in folder.rglob(pattern)):
        text = file.read_bytes()
        whole.update(f"{file.relative_to(folder)} {len(text)}\n".encode() + text)
    return whole.hexdigest()[:12]
