"""Our HTML beside npm's MJML 5: every difference is known and has its reason, in known_differences.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
from difflib import SequenceMatcher
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from shutil import which

import pytest

from newsletter.build.pipeline import Builder
from newsletter.build.starter import write_starter
from newsletter.layouts.mend import mend
from newsletter.layouts.mjml import compile_mjml

pytestmark = pytest.mark.node

HERE = Path(__file__).parent
MSO = re.compile(r"<!--\[if [^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
RULE = re.compile(r"^\| `(?P<side>ours|mjml5)` \| `(?P<pattern>.+)` \| (?P<reason>.+) \|$", re.MULTILINE)

HEAD = "<mj-head><mj-title>Nyt</mj-title><mj-preview>Kort</mj-preview>{}</mj-head>"
SECTION = "<mj-section><mj-column>{}</mj-column></mj-section>"
SRC = "https://example.dk/a.png"
BODIES = {
    "section": SECTION.format("<mj-text>tekst</mj-text>"),
    "section-colours": '<mj-section background-color="#abc" padding="10px 5px" border="1px solid #abc">'
    '<mj-column background-color="#fff" padding="4px" border-radius="3px"><mj-text color="#123">a</mj-text></mj-column>'
    "</mj-section>",
    "section-full-width": '<mj-section full-width="full-width" background-color="#112233" css-class="s dark">'
    "<mj-column><mj-text>a</mj-text></mj-column></mj-section>",
    "section-image": f'<mj-section background-url="{SRC}" background-size="cover" background-repeat="no-repeat">'
    "<mj-column><mj-text>a</mj-text></mj-column></mj-section>",
    "columns": "<mj-section>"
    + "<mj-column><mj-text>a</mj-text></mj-column>" * 2
    + '</mj-section><mj-section direction="rtl"><mj-column width="30%"><mj-text>a</mj-text></mj-column>'
    '<mj-column width="70%" vertical-align="middle"><mj-text>b</mj-text></mj-column></mj-section>',
    "thirds": "<mj-section>" + f'<mj-column><mj-image src="{SRC}" alt="x" /></mj-column>' * 3 + "</mj-section>",
    "wrapper": '<mj-wrapper background-color="#eee" padding="8px">'
    + SECTION.format("<mj-text>a</mj-text>") * 2
    + "</mj-wrapper>",
    "group": "<mj-section><mj-group>" + "<mj-column><mj-text>a</mj-text></mj-column>" * 2 + "</mj-group></mj-section>",
    "text": SECTION.format(
        '<mj-text align="center" font-size="20px" line-height="1.5" font-family="Arial, sans-serif" css-class="lead">'
        "<h2>Ny</h2><p>a <b>b</b> <i>c</i></p></mj-text>"
    ),
    "button": SECTION.format(
        '<mj-button href="https://example.dk/?a=1&amp;b=2" background-color="#005f73" border-radius="4px" '
        'inner-padding="12px 24px" align="left" width="200px">Læs mere</mj-button>'
    ),
    "image": SECTION.format(
        f'<mj-image src="{SRC}" alt="et foto" width="300px" href="https://example.dk/" padding="0" />'
        f'<mj-image src="{SRC}" fluid-on-mobile="true" />'
    ),
    "divider": SECTION.format('<mj-divider border-color="#ccc" border-width="1px" width="50%" padding="4px 0" />'),
    "spacer": SECTION.format('<mj-spacer height="24px" />'),
    "table": SECTION.format(
        '<mj-table font-size="14px" cellpadding="4"><tr><th scope="row">Hvornår</th><td>tirsdag</td></tr></mj-table>'
    ),
    "social": SECTION.format(
        f'<mj-social mode="horizontal" icon-size="24px"><mj-social-element src="{SRC}" alt="LinkedIn" '
        'href="https://example.dk/">LinkedIn</mj-social-element><mj-social-element '
        f'src="{SRC}" href="https://example.dk/2">To</mj-social-element></mj-social>'
    ),
    "social-vertical": SECTION.format(
        f'<mj-social mode="vertical"><mj-social-element src="{SRC}" alt="a" href="#">a</mj-social-element></mj-social>'
    ),
    "navbar": SECTION.format(
        '<mj-navbar base-url="https://example.dk" hamburger="hamburger"><mj-navbar-link href="/a">A</mj-navbar-link>'
        '<mj-navbar-link href="/b" color="#abc">B</mj-navbar-link></mj-navbar>'
    ),
    "hero": f'<mj-hero background-url="{SRC}" background-height="300px" background-width="600px" height="300px" '
    'background-color="#234"><mj-text color="#fff">a</mj-text><mj-button href="#">b</mj-button></mj-hero>',
    "accordion": SECTION.format(
        f'<mj-accordion icon-wrapped-url="{SRC}" icon-unwrapped-url="{SRC}" border="1px solid #ccc">'
        "<mj-accordion-element><mj-accordion-title>Hvem?</mj-accordion-title><mj-accordion-text>Alle</mj-accordion-text>"
        "</mj-accordion-element></mj-accordion>"
    ),
    "raw": "<mj-raw>@@cut:a:both@@</mj-raw>"
    + SECTION.format("<mj-raw><tr><td>@@1@@<!--[if mso]><b>@@2@@</b><![endif]--></td></tr></mj-raw>"),
    "slots": SECTION.format(
        '<mj-text>@@1@@</mj-text><mj-image src="@@2@@" alt="@@3@@" /><mj-button href="@@4@@">@@5@@</mj-button>'
    ),
    "paddings": '<mj-wrapper padding="0 32px"><mj-section padding="8px 16px 0"><mj-column padding="0 4px">'
    f'<mj-image src="{SRC}" padding="0 12px" /><mj-divider padding="0 2px 0" width="50%" /></mj-column></mj-section>'
    "</mj-wrapper>",
    "defaults": SECTION.format('<mj-text mj-class="big">a</mj-text><mj-text>b</mj-text>'),
}
HEADS = {
    "defaults": '<mj-attributes><mj-all font-family="Arial, sans-serif" /><mj-text font-size="16px" color="#333" />'
    '<mj-class name="big" font-size="24px" /><mj-section padding="0" /></mj-attributes><mj-breakpoint width="520px" />'
    "<mj-style>a { color: #abc } @media (max-width: 520px) { .x { padding: 0 !important } }</mj-style>",
}


def differences(mjml: str) -> list[str]:
    """Lines such as `ours: td @width=600` that only one of the two has and that nobody has explained."""
    return [line for line in _compared(mjml, _mjml5((mjml,))[0]) if not any(rule.fullmatch(line) for rule in _rules())]


def _compared(mjml: str, html: str) -> list[str]:
    ours, theirs = _lines(mend(compile_mjml(mjml), lang="da")), _lines(html)
    found = []
    for word, start, end, other, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if word != "equal":
            found += [f"ours: {line}" for line in ours[start:end]]
            found += [f"mjml5: {line}" for line in theirs[other:stop]]
    return found


@cache
def _rules() -> list[re.Pattern[str]]:
    text = (HERE / "known_differences.md").read_text("utf-8")
    return [re.compile(f"{found['side']}: {found['pattern']}".replace("\\|", "|")) for found in RULE.finditer(text)]


@cache
def _mjml5(sources: tuple[str, ...]) -> list[str]:
    missing = "npm's mjml is missing: npm install --prefix tests --no-package-lock"
    if not which("node") or not (HERE.parent / "node_modules" / "mjml").is_dir():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    asked = json.dumps(sources)
    run = subprocess.run(
        ["node", "compile.mjs"], input=asked, capture_output=True, text=True, cwd=HERE, check=True, timeout=120
    )
    return json.loads(run.stdout)


class _Flat(HTMLParser):
    """HTML as lines: a tag, each attribute and each style of it, each text."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.sheet = False

    def handle_starttag(self, tag, attributes):
        self.sheet = tag == "style"
        self.lines.append(f"<{tag}>")
        lines = []
        for name, value in attributes:
            if name == "style":
                lines += [f"{tag} .{one}" for one in _declarations(value or "")]
            elif name == "class":
                lines += [f"{tag} @class={one}" for one in _percent(value or "").split()]
            elif name not in ("id", "for"):
                lines.append(f"{tag} @{name}={value or ''}")
        self.lines += sorted(lines)

    def handle_endtag(self, tag):
        self.sheet = False
        if tag not in ("img", "br", "input", "meta"):
            self.lines.append(f"</{tag}>")

    def handle_data(self, data):
        if self.sheet:
            self.lines += [f"css {line}" for line in _rules_of(_percent(data))]
        elif text := " ".join(data.split()):
            self.lines.append(f"text {text}")


def _lines(html: str) -> list[str]:
    """Open the conditional comments; write colours, widths and nought in one way, as known_differences.md says."""
    html = re.sub(r"(?<![&\w])#(\w)(\w)(\w)(?!\w)", r"#\1\1\2\2\3\3", html)
    html = re.sub(r'(width="\d+)px"', r'\1"', re.sub(r"(?<![\w.#-])0px", "0", html))
    opened = html.replace("<!--[if !mso]><!-->", "").replace("<!--<![endif]-->", "")
    flat = _Flat()
    flat.feed(COMMENT.sub("", MSO.sub(r"\1", opened)))
    flat.close()
    return flat.lines


def _declarations(style: str) -> list[str]:
    parts = re.split(r";(?![^(]*\))", style)
    return [re.sub(r"\s*([:,])\s*", r"\1", part.strip()) for part in parts if part.strip()]


def _percent(text: str) -> str:
    """The two round a third differently: 33-333332 and 33-333333333333336."""
    return re.sub(r"(\d+[-.]\d{3})\d+", r"\1", text)


def _rules_of(css: str) -> list[str]:
    css = " ".join(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).split())
    return sorted(re.sub(r"\s*([:,;{}>~+!])\s*", r"\1", rule).strip() for rule in re.findall(r"[^{}]*\{[^{}]*\}", css))


def _letter(name: str) -> str:
    head = HEAD.format(HEADS.get(name, ""))
    return f'<mjml lang="da" dir="ltr">{head}<mj-body css-class="page">{BODIES[name]}</mj-body></mjml>'


@cache
def _all() -> dict[str, list[str]]:
    """The differences of every letter here, compiled by one run of node."""
    letters = {name: _letter(name) for name in BODIES}
    made = _mjml5(tuple(letters.values()))
    return {name: _compared(letter, html) for (name, letter), html in zip(letters.items(), made, strict=True)}


@pytest.mark.parametrize("name", BODIES)
def test_every_difference_is_known(name):
    """What our compiler and `mend` make is what MJML 5 makes, but for what known_differences.md explains."""
    assert [line for line in _all()[name] if not any(rule.fullmatch(line) for rule in _rules())] == []


def test_every_known_difference_is_met():
    """A rule that fits nothing any more is removed."""
    lines = [line for found in _all().values() for line in found]
    assert [rule.pattern for rule in _rules() if not any(map(rule.fullmatch, lines))] == []


def test_an_unknown_difference_is_told():
    """The comparison sees a changed text, attribute and style: it is no empty promise."""
    one, two = _letter("text"), _letter("text").replace("20px", "21px").replace("<b>b</b>", "<b>c</b>")
    found = _compared(one, _mjml5((two,))[0])
    assert {"ours: div .font-size:20px", "mjml5: div .font-size:21px", "ours: text b", "mjml5: text c"} <= set(found)


def test_the_tags_are_those_of_the_installed_mjml():
    """mjml_tags.json is what scripts/make_mjml_tags.mjs writes from this version."""
    _all()
    wanted = json.loads((HERE.parent / "package.json").read_text("utf-8"))["dependencies"]["mjml"]
    table = json.loads((HERE.parents[1] / "newsletter" / "layouts" / "mjml_tags.json").read_text("utf-8"))
    assert (table["source"], table["version"], table["licence"]) == ("npm mjml", wanted, "MIT")


def test_our_own_layouts_differ_only_in_known_ways(tmp_path, monkeypatch):
    """Every block of the repository's theme, as `newsletter build` compiles it, against MJML 5."""
    _all()
    compiled = []

    def remember(text):
        compiled.append(text)
        return compile_mjml(text)

    monkeypatch.setattr("newsletter.layouts.mjml.compile_mjml", remember)
    write_starter(tmp_path / "workspace")
    builder = Builder(tmp_path / "workspace", keep=False)
    builder.check()
    assert len(compiled) == 3
    assert [difference for text in compiled for difference in differences(text)] == []
