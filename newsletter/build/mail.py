"""A mail with a layout of its own: no issue, no editions. The same skeleton: values enter after compiling.

A workspace made by an older `newsletter init` may not have the layout: then the starter's own is taken, with all it
leans on, in the workspace's colours. `newsletter init` writes it to a new folder, from where it can be copied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.build.starter import starter_layouts
from newsletter.layouts import skeleton
from newsletter.layouts.slots import Slots, fill, resolve
from newsletter.layouts.views import house_view

if TYPE_CHECKING:
    from newsletter.workspace import Workspace


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """A mail's two readings."""

    html: str
    text: str


def render_mail(workspace: Workspace, layout: str, view: Mapping[str, Any], pictures: Mapping[str, str]) -> Mail:
    """The layout `layouts/<layout>.mjml.j2`, and the text beside it, filled with a view.

    `pictures` are the addresses behind slots such as `asset.burn-up`. Raises Invalid for what is wrong in the layout.
    """
    templates = _templates(workspace, layout)
    slots = Slots()
    shape = slots.shape({**house_view(workspace.settings, workspace.theme), **view})
    html = skeleton.compile_html(templates, shape, workspace.settings.language, f"{layout}.mjml.j2")
    text = skeleton.compile_text(templates, shape, f"text/{layout}.txt.j2")
    page, plain = ("".join(fill(piece.parts, slots.values) for piece in pieces) for pieces in (html, text))
    return Mail(html=resolve(page, pictures.get), text=_squeezed(plain))


def _templates(workspace: Workspace, layout: str) -> Mapping[str, str]:
    needed = {f"{layout}.mjml.j2", f"text/{layout}.txt.j2"}
    return workspace.templates if needed <= workspace.templates.keys() else starter_layouts()


def _squeezed(text: str) -> str:
    """One blank line where there were more."""
    return re.sub(r"\s*\n(?:[ \t]*\n)+", "\n\n", text).strip("\n") + "\n"
