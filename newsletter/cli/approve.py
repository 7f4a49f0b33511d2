"""`newsletter approve`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsletter.cli.doors import by_option, now, opened, workspace_option

if TYPE_CHECKING:
    from newsletter.delivery.approving import Proposal


@click.command("approve")
@click.argument("issue")
@click.option("--show", is_flag=True, help="Only show what would be approved, and who has done so.")
@click.option("--withdraw", is_flag=True, help="Take back all approvals of the issue.")
@click.option("--json", "as_json", is_flag=True, help="The same facts for programs.")
@by_option
@workspace_option
def command(issue: str, *, show: bool, withdraw: bool, as_json: bool, actor: str, root: Path) -> None:
    """Say yes to an issue as it is sealed: exactly these bytes, for so many readers.

    Nothing is sent without it. A changed byte, or an audience that has grown past the share in newsletter.yml, ends
    the approval.
    """
    from newsletter.cli.build import check_names

    check_names(root, [issue])
    if withdraw:
        _withdraw(root, issue, actor)
        return
    _must_be_built(root, issue)
    proposal = _proposal(root, issue, actor=None if show else actor)
    if as_json:
        click.echo(json.dumps(_facts(proposal), ensure_ascii=False, indent=1))
    else:
        _tell(proposal)


def _withdraw(root: Path, issue: str, actor: str) -> None:
    from newsletter.cli.terminal import count
    from newsletter.delivery.approval import withdraw

    with opened(root, must_exist=True) as (_, register), register.write() as connection:
        ended = withdraw(connection, issue, now=now(), actor=actor)
    click.echo(f"{issue}: {count(ended, 'approval')} withdrawn" if ended else f"{issue}: nobody had approved it")


def _must_be_built(root: Path, issue: str) -> None:
    """Build the issue; leave when that changes it or finds errors: nobody has seen what would be approved."""
    from newsletter.build.report import findings_of, has_errors
    from newsletter.build.seal import read_manifest
    from newsletter.cli.build import build
    from newsletter.cli.terminal import show_findings
    from newsletter.problems import Refused

    before = read_manifest(root / "build" / issue)
    report = build(root, [issue], quiet=True)
    found = findings_of(report)
    if has_errors(found):
        show_findings([each for each in found if each["severity"] == "error"])
        raise Refused(f"{issue} has errors, so it cannot be approved", "mend them, then newsletter build")
    (made,) = report["issues"]
    if before is None:
        raise Refused(f"{issue} was not built until now", "look at build/index.html, then approve it")
    if before["digest"] != made["digest"]:
        why = "; ".join(made["reasons"]) or "its files changed"
        hint = f"look at build/index.html, then run newsletter approve {issue} again"
        raise Refused(f"{issue} was built anew just now, since {why}", hint)


def _proposal(root: Path, issue: str, *, actor: str | None) -> Proposal:
    from newsletter.delivery.approving import Approving
    from newsletter.workspace import read_workspace

    with opened(root, must_exist=True) as (_, register):
        approving = Approving(read_workspace(root), register, issue)
        return approving.approve(now=now(), actor=actor)[0] if actor else approving.look(now())


def _facts(proposal: Proposal) -> dict[str, Any]:
    counts, standing = proposal.counts, proposal.standing
    return {
        "issue": proposal.sealed.issue,
        "digest": proposal.sealed.digest,
        "subject": proposal.sealed.manifest["subject"],
        "send": proposal.sealed.manifest["send"],
        "readers": counts.readers,
        "left_out": counts.left_out,
        "invites": proposal.sealed.invites,
        "editions": dict(counts.editions),
        "segments": dict(counts.segments),
        "findings": proposal.sealed.findings,
        "approved_by": list(standing.names),
        "needed": standing.needed,
        "is_enough": standing.is_enough,
        "ended": list(standing.ended),
    }


def _tell(proposal: Proposal) -> None:
    from newsletter.cli.terminal import count, show_findings, styled

    sealed, counts, standing = proposal.sealed, proposal.counts, proposal.standing
    click.echo(f"{sealed.issue}: {sealed.manifest['subject']}")
    click.echo(f"    planned for {sealed.manifest['send'][:16].replace('T', ' ')}, {count(counts.readers, 'reader')}")
    if invites := sealed.invites:
        does = "calls off" if invites["method"] == "CANCEL" else "invites to"
        click.echo(f"    {does} {invites['event']}: its calendar goes with each mail (sequence {invites['sequence']})")
    for name, readers in counts.editions.items():
        click.echo(f"    edition {name}: {count(readers, 'reader')}")
    for name, readers in counts.segments.items():
        click.echo(f"    segment {name}: {readers} of them")
    if counts.left_out:
        click.echo(
            f"    {count(counts.left_out, 'person')} would be left out: newsletter build makes an edition for them"
        )
    show_findings(sealed.findings)  # type: ignore[arg-type]
    click.echo(f"    digest {sealed.digest[:12]}")
    for reason in standing.ended:
        click.echo(f"    {reason}")
    click.echo(_verdict(proposal, styled))


def _verdict(proposal: Proposal, styled: Any) -> str:
    standing = proposal.standing
    if not standing.names:
        return f"{styled('not approved', 'yellow')}; newsletter approve {proposal.sealed.issue} --by NAME"
    told = f"{styled('approved', 'green')} by {', '.join(standing.names)}"
    lack = standing.needed - len(standing.names)
    return f"{told}; one more person must approve it" if lack > 0 else f"{told}; it may be sent"
