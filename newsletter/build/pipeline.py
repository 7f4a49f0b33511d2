"""The whole build on one screen: read, compose, render, check, seal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.build import seal
from newsletter.build.assets import ASSETS
from newsletter.build.audiences import Audiences
from newsletter.build.cache import Cache
from newsletter.build.compose import compose_all
from newsletter.build.editions import Edition
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
from newsletter.build.manifest import counted, edition_entry, edition_report, make_manifest, reasons
from newsletter.build.message import Envelope, encode, to_mail
from newsletter.build.plan import Plan, make_plan
from newsletter.build.proof import PROOF_SHEET, proof_sheet
from newsletter.build.render import Letter, render, write
from newsletter.build.report import EditionReport, IssueReport, Report, finding
from newsletter.build.state import IssueState, State, intact, load_state, look, save_state, stats
from newsletter.build.told import Telling
from newsletter.build.tool import fingerprint
from newsletter.campaigns.schedule import send_in
from newsletter.checks.personal_data import personal_data
from newsletter.checks.references import check_references
from newsletter.inputs import WORKSPACE_FILE
from newsletter.problems import Invalid, Problem
from newsletter.workspace import Reader, Workspace

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
        """Build these issues, or all. Errors are findings of the report; what they concern is not sealed anew.

        Another build of the same workspace, such as one that watches, is waited for.
        """
        with seal.alone(self.folder):
            return self._build(asked, progress)

    def _build(self, asked: Collection[str], progress: Progress | None) -> Report:
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


class _Job:
    """One build of one workspace."""

    def __init__(self, builder: Builder, workspace: Workspace) -> None:
        self.builder, self.workspace, self.cache = builder, workspace, builder.cache
        self.folder = builder.folder
        self.old: Mapping[str, IssueState] = builder.state["issues"] if builder.state else {}
        self.done: dict[str, IssueState] = {}
        self.compositions, self.problems = compose_all(workspace, partial(_send_in, builder.cache))
        self.references = check_references(workspace)
        self.audiences = Audiences(workspace, builder.cache)
        self.telling = Telling(workspace, builder.cache)
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
            self.done[slug] = counted(old, plan)
            return
        try:
            self.done[slug] = self.made(slug, plan)
        except Invalid as error:
            self.done[slug] = self.failed(slug, list(error.problems))

    def plan(self, slug: str) -> Plan | list[Problem]:
        """What the issue is made of, or why it cannot be made."""
        composition = self.compositions.get(slug)
        path = self.workspace.issues[slug].source.path
        blocking = [problem for problem in self.problems if problem.path == path]
        blocking += [problem for problem in self.references if problem.path == WORKSPACE_FILE]
        if composition is None or blocking:
            return blocking
        try:
            told = self.telling.of(composition)
            return make_plan(self.workspace, told, self.audiences.of(told))
        except Invalid as error:  # the register cannot be opened, or does not know what a block says
            return list(error.problems)

    def made(self, slug: str, plan: Plan) -> IssueState:
        """Render, check and seal."""
        letter = render(self.workspace, plan.composition, self.cache)
        problems = check_composition(self.workspace, plan.composition, self.checked)
        folder = self.folder / slug
        old_manifest = seal.read_manifest(folder)
        listed, reports = [], []
        for edition, files in _written(self.workspace, plan, letter, problems):
            rebuilt = seal.write_edition(folder, files)
            listed.append(edition_entry(plan, edition, files))
            reports.append(edition_report(plan, edition, files, rebuilt=rebuilt))
        found = findings(problems)
        if any(problem.severity == "error" for problem in problems):
            seal.tidy_issue(folder)
            return self.failed(slug, problems, reports)
        assets = {asset.name: asset for _, asset in sorted(letter.assets.items())}
        for name, asset in assets.items():
            seal.write_whole(self.folder / ASSETS / name, asset.read())
        manifest = make_manifest(self.workspace, plan, letter, listed, found)
        seal.write_manifest(folder, manifest)
        seal.tidy_issue(folder)
        report = self.report(slug, found, reports, manifest["digest"])
        report["reasons"] = reasons(old_manifest, manifest)
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
            edition_report(plan, edition, files, rebuilt=False)
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
            "register_at": self.workspace.settings.register_at,
            "stamp": self.audiences.stamp,
            "issues": issues,
        }
        save_state(self.folder, state)
        return state

    def elsewhere(self) -> list[Finding]:
        """Findings that belong to no issue."""
        lonely = unused(self.checked, self.compositions.values())
        personal = personal_data(self.workspace.root, self.cache.get_or)
        return findings([*self.workspace.problems, *self.references, *lonely, *personal])

    def kept(self) -> dict[str, IssueState]:
        """Issues that were not asked for and are still what their files say."""
        kept = {}
        for slug, old in self.old.items():
            if slug in self.workspace.issues and slug not in self.done:
                plan = self.plan(slug)
                if isinstance(plan, Plan) and plan.key == old["key"]:
                    kept[slug] = counted(old, plan)
        return kept


def _send_in(cache: Cache, schedule: Schedule, month: str) -> datetime | None:
    """A month's send, kept: the calendar of holidays takes long to open."""

    def make() -> str:
        sent = send_in(schedule, month)
        return sent.isoformat() if sent else ""

    text = cache.get_or("send", [schedule.model_dump(mode="json"), month], make)
    return datetime.fromisoformat(text) if text else None


def _written(
    workspace: Workspace, plan: Plan, letter: Letter, problems: list[Problem]
) -> Iterator[tuple[Edition, seal.SealedEdition]]:
    """Each edition with its files; what the checks say of it is added to `problems`."""
    slug = plan.composition.issue.slug
    whole = Edition(name="", blocks=tuple(range(len(plan.composition.shown))), segments=())
    parts = [write(pieces, whole, b"") for pieces in (letter.email, letter.text)]
    problems += check_written(workspace, plan.composition, whole, *parts)
    for edition in plan.editions:
        web_url = f"{workspace.settings.public_url}/{slug}/{edition.name}.html"
        plain, encoded = web_url.encode(), encode(web_url)
        html, text = write(letter.email, edition, plain), write(letter.text, edition, plain)
        problems += check_written(workspace, plan.composition, edition, html, text)
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
        yield edition, seal.identify(edition.name, {**files, **plan.files})


def _broken_issues(workspace: Workspace) -> set[str]:
    """Issues whose file cannot be read: their last good seal stays."""
    return {Path(path).stem for path in workspace.broken if path.startswith("content/issues/")}


def _assets_listed(build: Path, workspace: Workspace) -> set[str]:
    kept: set[str] = set()
    for slug in {*workspace.issues, *_broken_issues(workspace)}:
        manifest = seal.read_manifest(build / slug) or {"assets": {}}
        kept |= {name.removeprefix(f"{ASSETS}/") for name in manifest["assets"]}
    return kept
