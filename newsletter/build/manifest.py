"""The manifest of a sealed issue: its files with their digests, what went in, and what the checks said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from newsletter import __version__
from newsletter.build.assets import ASSETS
from newsletter.build.seal import SealedEdition, with_digest

if TYPE_CHECKING:
    from newsletter.build.editions import Edition
    from newsletter.build.plan import Plan
    from newsletter.build.render import Letter
    from newsletter.build.report import EditionReport, Finding
    from newsletter.build.state import IssueState
    from newsletter.workspace import Workspace


def edition_entry(plan: Plan, edition: Edition, sealed: SealedEdition) -> dict[str, Any]:
    """One edition as the manifest lists it: nothing of who has it today, so that the digest stays when people come."""
    return {
        "name": edition.name,
        "folder": sealed.folder,
        "blocks": plan.blocks(edition),
        "files": dict(sealed.listed),
    }


def edition_report(plan: Plan, edition: Edition, sealed: SealedEdition, *, rebuilt: bool) -> EditionReport:
    """One edition as the build reports it."""
    return {
        "name": edition.name,
        "blocks": plan.blocks(edition),
        "segments": [sorted(each) for each in edition.segments],
        "readers": plan.readers.get(edition.name),
        "html_bytes": len(sealed.files["email.html"]),
        "rebuilt": rebuilt,
        "folder": sealed.folder,
        "calendar": plan.invitation.method if plan.invitation else None,
    }


def make_manifest(
    workspace: Workspace, plan: Plan, letter: Letter, listed: list[dict[str, Any]], found: list[Finding]
) -> dict[str, Any]:
    """The manifest with its digest."""
    composition = plan.composition
    manifest: dict[str, Any] = {
        "issue": composition.issue.slug,
        "subject": letter.subject,
        "preheader": composition.issue.fields.preheader,
        "send": composition.sent.replace(tzinfo=workspace.settings.zone).isoformat(),
        "campaign": composition.issue.fields.campaign,
        "audience": list(composition.issue.fields.audience),
        "tool": f"newsletter {__version__}",
        "editions": listed,
        "assets": {f"{ASSETS}/{asset.name}": asset.digest for _, asset in sorted(letter.assets.items())},
        "inputs": dict(plan.inputs),
        "findings": found,
    }
    named = {
        result for shown in composition.shown if shown.told for each in shown.told.companies for result in each.results
    }
    if named:
        manifest["named"] = sorted(named)
    if plan.invitation:
        manifest["invites"] = plan.invitation.to_json()
    return with_digest(manifest)


def reasons(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[str]:
    """Why an issue was built anew, from what its manifests say went in."""
    if old is None:
        return ["it was not built before"]
    before, after = old["inputs"], new["inputs"]
    found = [f"{path} changed" for path in after if path in before and before[path] != after[path]]
    found += [f"{path} came in" for path in after if path not in before]
    found += [f"{path} is no longer used" for path in before if path not in after]
    if old["tool"] != new["tool"]:
        found.append(f"{old['tool']} became {new['tool']}")
    if not found and old["digest"] != new["digest"]:
        found.append("the tool or its libraries changed, or an earlier issue uses other items")
    return found or ["a file in build/ was missing or changed, or the tool changed"]


def counted(old: IssueState, plan: Plan) -> IssueState:
    """An issue that stands as it was built, with the people who read it today."""
    today = {edition.name: edition for edition in plan.editions}
    editions = [
        {
            **each,
            "rebuilt": False,
            "readers": plan.readers.get(each["name"]),
            "segments": [sorted(segments) for segments in today[each["name"]].segments],
        }
        for each in old["report"]["editions"]
    ]
    return {**old, "report": {**old["report"], "reasons": [], "editions": cast("list[EditionReport]", editions)}}
