"""Certificates for tests of TLS, made by openssl."""

import shutil
import subprocess
from pathlib import Path

from brokers import BrokerUnavailable

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Authority:
    """A certificate authority in a folder, and what it signs."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            raise BrokerUnavailable("there is no openssl to make certificates with")
        self._folder = folder
        self.certificate = folder / "ca.pem"
        self._make("ca", "-subj", "/CN=tests")

    def sign(self, name: str, *alternatives: str) -> Path:
        """One PEM file of a key, its certificate and the authority's; `alternatives` like `IP:127.0.0.1`."""
        signed_by = ["-CA", str(self.certificate), "-CAkey", str(self._folder / "ca.key")]
        more = ["-addext", f"subjectAltName={','.join(alternatives)}"] if alternatives else []
        self._make(name, "-subj", f"/CN={name}", *signed_by, *more)
        parts = [self._folder / f"{name}.key", self._folder / f"{name}.pem", self.certificate]
        whole = self._folder / f"{name}-whole.pem"
        whole.write_text("".join(part.read_text() for part in parts))
        return whole

    def _make(self, name: str, *arguments: str) -> None:
        files = ["-keyout", str(self._folder / f"{name}.key"), "-out", str(self._folder / f"{name}.pem")]
        subprocess.run(
            ["openssl", "req", "-x509", "-days", "2", *_KEY, *files, *arguments], check=True, capture_output=True
        )
