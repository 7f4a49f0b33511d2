"""The sealed issue, as it stands in build/: read, and held against its own digests before anything is done with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsletter.build.invitation import INVITATION
from newsletter.build.seal import MANIFEST, read_manifest, with_digest
from newsletter.delivery.letter import Sheet
from newsletter.problems import Refused

BUILD = "build"


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """An issue with its manifest, whose digest has been checked."""

    issue: str
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """What approvals are bound to."""
        return str(self.manifest["digest"])

    @property
    def editions(self) -> tuple[str, ...]:
        """Names of the editions."""
        return tuple(entry["name"] for entry in self.manifest["editions"])

    @property
    def findings(self) -> list[Mapping[str, Any]]:
        """What the checks said."""
        return list(self.manifest["findings"])

    @property
    def invites(self) -> Mapping[str, Any] | None:
        """The invitation that goes with it: event, method, sequence, and a mark of time and place."""
        invites: Mapping[str, Any] | None = self.manifest.get("invites")
        return invites

    def sheet(self, edition: str) -> Sheet:
        """One edition's bytes. Raises Refused when a file is gone or is not the one that was sealed."""
        (entry,) = (each for each in self.manifest["editions"] if each["name"] == edition)
        html, text = (self._file(entry, name) for name in ("email.html", "email.txt"))
        if self.invites is None:
            return Sheet(name=edition, html=html, text=text)
        calendar, method = self._file(entry, INVITATION), str(self.invites["method"])
        return Sheet(name=edition, html=html, text=text, calendar=calendar, method=method)

    def _file(self, entry: Mapping[str, Any], name: str) -> str:
        path = f"{entry['folder']}/{name}"
        shown = f"{BUILD}/{self.issue}/{path}"
        try:
            data = (self.folder / path).read_bytes()
        except OSError as error:
            raise Refused(f"{shown} is gone, so nothing is sent", f"newsletter build {self.issue}") from error
        if hashlib.sha256(data).hexdigest() != entry["files"][path]["sha256"]:
            raise Refused(
                f"{shown} was changed after it was sealed, so nothing is sent",
                f"newsletter build {self.issue} makes it anew; then look at it and approve it",
            )
        return data.decode()


def read_sealed(root: Path, issue: str) -> Sealed:
    """The sealed issue. Raises Refused when there is none, it was tampered with, or its checks found errors."""
    folder = root / BUILD / issue
    manifest = read_manifest(folder)
    if manifest is None:
        raise Refused(f"{issue} is not sealed yet", f"newsletter build {issue}, then look at build/index.html")
    claimed = {key: value for key, value in manifest.items() if key != "digest"}
    if with_digest(claimed)["digest"] != manifest["digest"]:
        raise Refused(
            f"{BUILD}/{issue}/{MANIFEST} was changed after it was sealed, so nothing is sent",
            f"newsletter build {issue} makes it anew; then look at it and approve it",
        )
    return Sealed(issue=issue, folder=folder, manifest=manifest)
