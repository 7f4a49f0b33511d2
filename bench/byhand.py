"""The same issue built naively: for every edition Markdown, Jinja2, MJML and premailer on the whole page.

The templates, the content and the views are ours, so both sides make the same letter. Lent for nothing: the workspace
is read and composed already, and the Markdown parser and the Jinja2 environment are made once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markdown import Markdown
from markupsafe import Markup
from mjml import mjml2html
from premailer import Premailer

from newsletter.build.cache import Cache
from newsletter.build.compose import Composition
from newsletter.build.editions import Edition
from newsletter.build.render import _scene
from newsletter.content.item import Item
from newsletter.layouts.skeleton import HTML_TEMPLATE
from newsletter.layouts.slots import Fixed, Later, Prose
from newsletter.layouts.views import block_view, frame_view
from newsletter.workspace import Workspace

EXTENSIONS = ("tables", "footnotes", "attr_list", "def_list", "admonition", "sane_lists")
_WEB_ONLY = re.compile(r"\{\{ piece\(\"[\w-]+\", \"web\"\) \}\}.*?(?=\{\{ piece)", re.DOTALL)

ProseOf = Callable[[str], str]
"""Markdown → HTML."""


class ByHand:
    """Makes the MJML of an edition, and its HTML."""

    def __init__(self, workspace: Workspace, composition: Composition, *, inline: bool = False) -> None:
        """`inline` tells the compiler to write the prose styles into the tags, as npm's can; else premailer does."""
        self.take(workspace, composition)
        self._markdown = Markdown(extensions=list(EXTENSIONS))
        sheet = re.sub(r"(?m)^(?=[a-z.])", ".prose ", workspace.prose_sheet)
        start = '<mj-style inline="inline">' if inline else "<mj-style>"
        style = f"{start}{sheet}</mj-style></mj-head>"
        templates = {name: _WEB_ONLY.sub("", text) for name, text in workspace.templates.items()}
        templates[HTML_TEMPLATE] = templates[HTML_TEMPLATE].replace("</mj-head>", style)
        self._environment = Environment(
            loader=DictLoader(templates), undefined=StrictUndefined, autoescape=True, trim_blocks=True
        )
        self._environment.globals["piece"] = lambda *_: ""

    def renewed(self, workspace: Workspace, composition: Composition) -> ByHand:
        """For changed content, with the templates compiled before."""
        other = copy(self)
        other.take(workspace, composition)
        return other

    def take(self, workspace: Workspace, composition: Composition) -> None:
        """Make this from now on."""
        self.workspace, self.composition = workspace, composition
        self._scene = _scene(workspace, composition, Cache())

    def html(self, edition: Edition) -> str:
        """The whole way for one edition."""
        compiled: str = mjml2html(self.mjml(edition, self.prose), fonts={})
        premailer = Premailer(
            compiled,
            keep_style_tags=True,
            strip_important=False,
            allow_network=False,
            disable_link_rewrites=True,
            disable_validation=True,
            cssutils_logging_level=logging.CRITICAL,
        )
        return str(premailer.transform())

    def prose(self, body: str) -> str:
        """Markdown as HTML."""
        return self._markdown.reset().convert(body)

    def mjml(self, edition: Edition, prose: ProseOf) -> str:
        """The edition's MJML, with its words in it."""

        def rendered(item: Item[Any]) -> Prose | None:
            return Prose(html=prose(item.body), text="") if item.body.strip() else None

        scene = replace(self._scene, prose=rendered)
        shown = [each for each in self.composition.shown if each.index in edition.blocks]
        view = self._plain(frame_view(scene))
        view["blocks"] = [self._plain(block_view(scene, each.block, each.items)) for each in shown]
        return self._environment.get_template(HTML_TEMPLATE).render(view)

    def _plain(self, view: Any) -> Any:
        """A view with values in the place of tokens and slots."""
        if isinstance(view, Fixed):
            return view.text
        if isinstance(view, Prose):
            return Markup(view.html)
        if isinstance(view, Later):
            return f"{self.workspace.settings.public_url}/{view.name}"
        if isinstance(view, Mapping):
            return {key: self._plain(value) for key, value in view.items()}
        if isinstance(view, Sequence) and not isinstance(view, str):
            return [self._plain(value) for value in view]
        return view
