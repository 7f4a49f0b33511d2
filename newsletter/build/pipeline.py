"""The whole build on one screen: read, compose, render, check, seal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter import __version__
from newsletter.build import seal
from newsletter.build.assets import ASSETS
from newsletter.build.cache import Cache
from newsletter.build.compose import Composition, Edition, compose_all, editions, named_segments
from newsletter.build.findings import (
    Checked,
    Key,
    Progress,
    check_composition,
    check_items,
    check_written,
    findings,
    unused,
)
from newsletter.build.message import Envelope, encode, to_mail
from newsletter.build.proof import PROOF_SHEET, proof_sheet
from newsletter.build.render import Letter, render, write
from newsletter.build.report import EditionReport, IssueReport, Report, finding
from newsletter.build.state import IssueState, State, intact, load_state, look, save_state, stats
from newsletter.build.tool import fingerprint
from newsletter.campaigns.schedule import send_in
from newsletter.checks.references import check_references
from newsletter.inputs import WORKSPACE_FILE
from newsletter.layouts.theme import PROSE_FILE, THEME_FILE
from newsletter.problems import Invalid, Problem
from newsletter.subscribers.segments import SEGMENTS_FILE
from newsletter.workspace import IMAGES, Reader, Workspace

if TYPE_CHECKING:
    from newsletter.build.report import Finding
    from newsletter.campaigns.campaign import Schedule


class Builder:
    """Builds a workspace into `root/build`; what it has read and rendered serves its next build."""

    def __init__(self, root: Path, *, keep: bool = True) -> None:
        self.root = root
        self.folder = root / "build"
        self.reader = Reader()
        self.cache = Cache(self.folder if keep else None)
        self.state: State | None = load_state(self.folder) if keep else None

    def build(self, asked: Collection[str] = (), progress: Progress | None = None) -> Report:
        """Build these issues, or all. Errors are findings of the report; what they concern is not sealed anew."""
        files = look(self.root)
        try:
            workspace = self.reader.read(self.root)
        except Invalid as error:
            return {"issues": [], "findings": [finding(problem) for problem in error.problems]}
        job = _Job(self, workspace)
        wanted = sorted(asked or workspace.issues)
        for number, slug in enumerate(wanted, start=1):
            if progress:
                progress(slug, number, len(wanted))
            job.issue(slug)
        self.state = job.finish(files)
        self.cache.save()
        reports = [self.state["issues"][slug]["report"] for slug in wanted if slug in self.state["issues"]]
        return {"issues": reports, "findings": self.state["findings"]}

    def check(self, asked: Collection[str] = ()) -> Report:
        """All that a build would find, writing nothing."""
        try:
            workspace = self.reader.read(self.root)
        except Invalid as error:
            return {"issues": [], "findings": [finding(problem) for problem in error.problems]}
        job = _Job(self, workspace)
        wanted = [slug for slug in sorted(asked or workspace.issues) if slug in workspace.issues]
        return {"issues": [job.examined(slug) for slug in wanted], "findings": job.elsewhere()}


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """All that goes into an issue: when `key` is the same, so are the bytes."""

    composition: Composition
    editions: tuple[Edition, ...]
    inputs: Mapping[str, str]
    key: str


class _Job:
    """One build of one workspace."""

    def __init__(self, builder: Builder, workspace: Workspace) -> None:
        self.builder, self.workspace, self.cache = builder, workspace, builder.cache
        self.folder = builder.folder
        self.old: Mapping[str, IssueState] = builder.state["issues"] if builder.state else {}
        self.done: dict[str, IssueState] = {}
        self.compositions, self.problems = compose_all(workspace, partial(_send_in, builder.cache))
        self.references = check_references(workspace)
        self.checked: dict[Key, Checked] = check_items(workspace, self.cache)

    def issue(self, slug: str) -> None:
        """Build one issue, or leave it when nothing that goes into it has changed."""
        if slug not in self.workspace.issues:
            return
        plan = self.plan(slug)
        if isinstance(plan, list):
            self.done[slug] = self.failed(slug, plan)
            return
        old = self.old.get(slug)
        if old and old["key"] == plan.key and intact(self.folder, old["outputs"]):
            self.done[slug] = {**old, "report": {**old["report"], "reasons": []}}
            for edition in self.done[slug]["report"]["editions"]:
                edition["rebuilt"] = False
            return
        try:
            self.done[slug] = self.made(slug, plan)
        except Invalid as error:
            self.done[slug] = self.failed(slug, list(error.problems))

    def plan(self, slug: str) -> _Plan | list[Problem]:
        """What the issue is made of, or why it cannot be made."""
        composition = self.compositions.get(slug)
        path = self.workspace.issues[slug].source.path
        blocking = [problem for problem in self.problems if problem.path == path]
        blocking += [problem for problem in self.references if problem.code == "unknown-contact"]
        if composition is None or blocking:
            return blocking
        inputs = _inputs(self.workspace, composition)
        made = editions(composition)
        blocks = [[shown.block.kind, [item.slug for item in shown.items]] for shown in composition.shown]
        shape = [[edition.name, edition.blocks, [sorted(each) for each in edition.segments]] for edition in made]
        text = json.dumps([fingerprint(), inputs, blocks, shape, composition.sent.isoformat()])
        key = hashlib.sha256(text.encode()).hexdigest()
        return _Plan(composition=composition, editions=made, inputs=inputs, key=key)

    def made(self, slug: str, plan: _Plan) -> IssueState:
        """Render, check and seal."""
        letter = render(self.workspace, plan.composition, self.cache)
        problems = check_composition(self.workspace, plan.composition, self.checked)
        folder = self.folder / slug
        old_manifest = seal.read_manifest(folder)
        listed, reports = [], []
        for edition, files in _written(self.workspace, plan, letter, problems):
            rebuilt = seal.write_edition(folder, files)
            listed.append(_listed(plan, edition, files))
            reports.append(_edition_report(plan, edition, files, rebuilt=rebuilt))
        found = findings(problems)
        if any(problem.severity == "error" for problem in problems):
            seal.tidy_issue(folder)
            return self.failed(slug, problems, reports)
        assets = {asset.name: asset for _, asset in sorted(letter.assets.items())}
        for name, asset in assets.items():
            seal.write_whole(self.folder / ASSETS / name, asset.read())
        manifest = _manifest(self.workspace, plan, letter, listed, found)
        seal.write_manifest(folder, manifest)
        seal.tidy_issue(folder)
        report = self.report(slug, found, reports, manifest["digest"])
        report["reasons"] = _reasons(old_manifest, manifest)
        outputs = [f"{slug}/{path}" for each in listed for path in each["files"]]
        outputs += [f"{slug}/{seal.MANIFEST}", *(f"{ASSETS}/{name}" for name in assets)]
        return {"key": plan.key, "outputs": stats(self.folder, outputs), "report": report}

    def examined(self, slug: str) -> IssueReport:
        """Render and check, write nothing."""
        plan = self.plan(slug)
        if isinstance(plan, list):
            return self.failed(slug, plan)["report"]
        try:
            letter = render(self.workspace, plan.composition, self.cache)
        except Invalid as error:
            return self.failed(slug, list(error.problems))["report"]
        problems = check_composition(self.workspace, plan.composition, self.checked)
        reports = [
            _edition_report(plan, edition, files, rebuilt=False)
            for edition, files in _written(self.workspace, plan, letter, problems)
        ]
        return self.report(slug, findings(problems), reports, None)

    def failed(self, slug: str, problems: list[Problem], reports: list[EditionReport] | None = None) -> IssueState:
        """An issue that errors kept from being sealed; its last good seal stays."""
        report = self.report(slug, findings(problems), reports or [], None)
        return {"key": "", "outputs": {}, "report": report}

    def report(self, slug: str, found: list[Finding], reports: list[EditionReport], digest: str | None) -> IssueReport:
        composition = self.compositions.get(slug)
        return {
            "issue": slug,
            "subject": self.workspace.issues[slug].fields.subject,
            "sent": composition.sent.isoformat(" ", "minutes") if composition else "",
            "digest": digest,
            "editions": reports,
            "findings": found,
            "reasons": [],
        }

    def finish(self, files: Mapping[str, Any]) -> State:
        """Remove what no longer belongs, write the proof sheet, and note all for the next build."""
        issues = {**self.kept(), **self.done}
        seal.tidy_build(self.folder, {*self.workspace.issues, *_broken_issues(self.workspace)})
        seal.tidy_assets(self.folder / ASSETS, _assets_listed(self.folder, self.workspace))
        found = self.elsewhere()
        report: Report = {"issues": [issues[slug]["report"] for slug in sorted(issues)], "findings": found}
        seal.write_whole(self.folder / PROOF_SHEET, proof_sheet(self.workspace.settings, report).encode())
        state: State = {
            "tool": fingerprint(),
            "files": dict(files),
            "findings": found,
            "shared": stats(self.folder, [PROOF_SHEET]),
            "slugs": sorted(self.workspace.issues),
            "issues": issues,
        }
        save_state(self.folder, state)
        return state

    def elsewhere(self) -> list[Finding]:
        """Findings that belong to no issue."""
        lonely = unused(self.checked, self.compositions.values())
        return findings([*self.workspace.problems, *self.references, *lonely])

    def kept(self) -> dict[str, IssueState]:
        """Issues that were not asked for and are still what their files say."""
        kept = {}
        for slug, old in self.old.items():
            if slug in self.workspace.issues and slug not in self.done:
                plan = self.plan(slug)
                if isinstance(plan, _Plan) and plan.key == old["key"]:
                    kept[slug] = old
        return kept


def _send_in(cache: Cache, schedule: Schedule, month: str) -> datetime | None:
    """A month's send, kept: the calendar of holidays takes long to open."""

    def make() -> str:
        sent = send_in(schedule, month)
        return sent.isoformat() if sent else ""

    text = cache.get_or("send", [schedule.model_dump(mode="json"), month], make)
    return datetime.fromisoformat(text) if text else None


def _written(
    workspace: Workspace, plan: _Plan, letter: Letter, problems: list[Problem]
) -> Iterator[tuple[Edition, seal.SealedEdition]]:
    """Each edition with its files; what the checks say of it is added to `problems`."""
    slug = plan.composition.issue.slug
    for edition in plan.editions:
        web_url = f"{workspace.settings.public_url}/{slug}/{edition.name}.html"
        plain, encoded = web_url.encode(), encode(web_url)
        html, text = write(letter.email, edition, plain), write(letter.text, edition, plain)
        problems += check_written(workspace, plan.composition, edition, html.decode(), text.decode())
        envelope = Envelope(
            settings=workspace.settings,
            subject=letter.sample_subject,
            sent=plan.composition.sent.replace(tzinfo=workspace.settings.zone),
            identity=f"{slug}/{edition.name}",
            unsubscribe_url=letter.sample["unsubscribe_url"],
        )
        sample = [write(pieces, edition, encoded) for pieces in (letter.sample_text, letter.sample_email)]
        files = {
            "email.html": html,
            "email.txt": text,
            "email.eml": to_mail(envelope, *sample),
            "web.html": write(letter.web, edition, plain),
        }
        yield edition, seal.identify(edition.name, files)


def _inputs(workspace: Workspace, composition: Composition) -> dict[str, str]:
    """The files an issue is made of, with their digests."""
    items = composition.items
    paths = {WORKSPACE_FILE, THEME_FILE, PROSE_FILE, composition.issue.source.path}
    paths |= {f"layouts/{name}" for name in workspace.templates}
    paths |= {item.source.path for item in items.values()}
    paths.add(workspace.items["contact"][workspace.settings.unit.entry].source.path)
    if named_segments(composition.issue.fields):
        paths.add(SEGMENTS_FILE)
    campaigns = {shown.block.progress.campaign for shown in composition.shown if shown.block.progress}
    paths |= {f"campaigns/{slug}.yml" for slug in campaigns | {composition.issue.fields.campaign or ""} if slug}
    bodies = "\n".join([str(item.document.data) + item.body for item in (composition.issue, *items.values())])
    paths |= {IMAGES + file for file in workspace.images if file in bodies or file == workspace.theme.logo.file}
    return {path: workspace.digests[path] for path in sorted(paths)}


def _blocks(plan: _Plan, edition: Edition) -> list[str]:
    """The edition's blocks in words: `story eksempelbageriet`."""
    shown = (plan.composition.shown[index] for index in edition.blocks)
    return [" ".join([each.block.kind, *(item.slug for item in each.items)]) for each in shown]


def _listed(plan: _Plan, edition: Edition, sealed: seal.SealedEdition) -> dict[str, Any]:
    return {
        "name": edition.name,
        "folder": sealed.folder,
        "segments": [sorted(each) for each in edition.segments],
        "blocks": _blocks(plan, edition),
        "files": dict(sealed.listed),
    }


def _edition_report(plan: _Plan, edition: Edition, sealed: seal.SealedEdition, *, rebuilt: bool) -> EditionReport:
    return {
        "name": edition.name,
        "blocks": _blocks(plan, edition),
        "segments": [sorted(each) for each in edition.segments],
        "readers": None,
        "html_bytes": len(sealed.files["email.html"]),
        "rebuilt": rebuilt,
        "folder": sealed.folder,
    }


def _manifest(
    workspace: Workspace, plan: _Plan, letter: Letter, listed: list[dict[str, Any]], found: list[Finding]
) -> dict[str, Any]:
    composition = plan.composition
    manifest = {
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
    return seal.with_digest(manifest)


def _reasons(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[str]:
    """Why an issue was built anew, from what its manifests say went in."""
    if old is None:
        return ["it was not built before"]
    before, after = old["inputs"], new["inputs"]
    reasons = [f"{path} changed" for path in after if path in before and before[path] != after[path]]
    reasons += [f"{path} came in" for path in after if path not in before]
    reasons += [f"{path} is no longer used" for path in before if path not in after]
    if old["tool"] != new["tool"]:
        reasons.append(f"{old['tool']} became {new['tool']}")
    if not reasons and old["digest"] != new["digest"]:
        reasons.append("the tool or its libraries changed, or an earlier issue uses other items")
    return reasons or ["a file in build/ was missing or changed, or the tool changed"]


def _broken_issues(workspace: Workspace) -> set[str]:
    """Issues whose file cannot be read: their last good seal stays."""
    return {Path(path).stem for path in workspace.broken if path.startswith("content/issues/")}


def _assets_listed(build: Path, workspace: Workspace) -> set[str]:
    kept: set[str] = set()
    for slug in {*workspace.issues, *_broken_issues(workspace)}:
        manifest = seal.read_manifest(build / slug) or {"assets": {}}
        kept |= {name.removeprefix(f"{ASSETS}/") for name in manifest["assets"]}
    return kept
