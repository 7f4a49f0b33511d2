"""What the register tells of campaigns in an issue's blocks. It is opened only when it has changed meanwhile."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from newsletter.campaigns.results.values import Named
from newsletter.campaigns.told import SHOWN_IN, Told
from newsletter.problems import Invalid, Problem
from newsletter.store.register import find_register, open_register
from newsletter.store.stamp import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from newsletter.build.cache import Cache
    from newsletter.build.compose import Composition, Shown
    from newsletter.workspace import Workspace

Question = tuple[str, str, str]
"""What is asked, the campaign, and the day: the last to count, or that of the send."""


class Telling:
    """Fills in what the register knows of campaigns."""

    def __init__(self, workspace: Workspace, cache: Cache) -> None:
        self.workspace, self.cache = workspace, cache
        self.stamp = stamp(workspace.root, workspace.settings.register_at)

    def of(self, composition: Composition) -> Composition:
        """The issue with the figures and names of its blocks; one that has nobody to name is left out.

        Raises Invalid for a figure nobody knows, and for a register that cannot be opened.
        """
        asked = {shown.index: _question(composition, shown) for shown in composition.shown}
        questions = sorted({question for question in asked.values() if question})
        if not questions:
            return composition
        answers = self._answers(questions)
        problems = [each for shown in composition.shown for each in _unanswered(composition, shown, answers)]
        if problems:
            raise Invalid(problems)
        told = [_filled(shown, asked[shown.index], answers) for shown in composition.shown]
        kept = [shown for shown in told if not _is_empty(shown)]
        remarks = [_nobody(composition, shown, answers) for shown in told if answers is not None and _is_empty(shown)]
        shown = tuple(replace(each, index=index) for index, each in enumerate(kept))
        return replace(composition, shown=shown, remarks=tuple(remarks))

    def _answers(self, questions: list[Question]) -> Mapping[Question, Any] | None:
        """None without a register."""
        if find_register(self.workspace.root, self.workspace.settings) is None:
            return None
        if self.stamp is None:
            found = self._ask(questions)
        else:
            periods = {campaign: str(self.workspace.campaigns[campaign].period) for _, campaign, _ in questions}
            inputs = [self.stamp, self.workspace.settings.time_zone, periods, questions]
            found = self.cache.get_or("told", inputs, lambda: self._ask(questions))
        return dict(zip(questions, found, strict=True))

    def _ask(self, questions: list[Question]) -> list[Any]:
        with (
            closing(open_register(self.workspace.root, self.workspace.settings)) as register,
            register.read() as connection,
        ):
            return [self._answer(connection, question) for question in questions]

    def _answer(self, connection: Connection, question: Question) -> Any:
        from datetime import date

        from newsletter.campaigns.progress.basis import read_basis
        from newsletter.campaigns.progress.known import visits_known
        from newsletter.campaigns.progress.window import Window
        from newsletter.campaigns.results.naming import count_results, named

        kind, campaign, day = question
        on = date.fromisoformat(day)
        if kind == "progress":
            return visits_known(connection, Window(basis=read_basis(self.workspace, campaign), as_of=on))
        found = named(connection, campaign, SHOWN_IN[kind], on)
        names = [[each.company, each.town, list(each.results)] for each in found]
        return {"names": names, "results": count_results(connection, campaign, SHOWN_IN[kind])}


def _question(composition: Composition, shown: Shown) -> Question | None:
    """What a block wants to know of the register."""
    block = shown.block
    if block.progress is not None:
        asks = block.progress.visited is None
        return ("progress", block.progress.campaign, block.progress.as_of.isoformat()) if asks else None
    if block.key in SHOWN_IN and block.campaign:
        return block.key, block.campaign, composition.sent.date().isoformat()
    return None


def _unanswered(composition: Composition, shown: Shown, answers: Mapping[Question, Any] | None) -> list[Problem]:
    """Why a figure cannot be told."""
    progress = shown.block.progress
    if progress is None or progress.visited is not None:
        return []
    if progress.as_of > composition.sent.date():
        text = f"the visits are counted up to {progress.as_of}, after the send on {composition.sent:%Y-%m-%d}"
        return [_problem(composition, shown, "progress-day", text, "write a day before the send", "as_of")]
    if answers is None:
        text = "there is no register to count the visits in"
        hint = "write `visited: …` below the campaign, or write down visits with `newsletter visit add`"
        return [_problem(composition, shown, "progress-unknown", text, hint)]
    return []


def _filled(shown: Shown, question: Question | None, answers: Mapping[Question, Any] | None) -> Shown:
    if question is None or answers is None:
        return shown
    answer = answers[question]
    if question[0] == "progress":
        return replace(shown, told=Told(visited=answer))
    names = (Named(company=name, town=town, results=tuple(results)) for name, town, results in answer["names"])
    return replace(shown, told=Told(companies=tuple(names)))


def _is_empty(shown: Shown) -> bool:
    return shown.block.key in SHOWN_IN and not (shown.told and shown.told.companies)


def _nobody(composition: Composition, shown: Shown, answers: Mapping[Question, Any]) -> Problem:
    """Why a block is left out."""
    question = _question(composition, shown)
    assert question is not None
    _, campaign, day = question
    kinds, results = ", ".join(SHOWN_IN[shown.block.key]), answers[question]["results"]
    if results:
        why = f"no company of {campaign} may be named on {day}: {results} written down ({kinds}), no consent that holds"
        hint = f"newsletter campaign results {campaign} shows their consents"
    else:
        why = f"nothing is written down for {campaign} ({kinds})"
        hint = f"newsletter campaign result add {campaign}, with the company's consent"
    problem = _problem(composition, shown, "nobody-to-name", f"the block is left out: {why}", hint)
    return replace(problem, severity="warning")


def _problem(composition: Composition, shown: Shown, code: str, text: str, hint: str, *inside: str) -> Problem:
    blocks = composition.issue.fields.blocks
    number = next(number for number, block in enumerate(blocks) if block is shown.block)
    return Problem.at(composition.issue.place("blocks", number, shown.block.key, *inside), code, text, hint)
