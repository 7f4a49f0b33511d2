"""What a layout sees of each block."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from support import CONTACT, EVENT, JANUARY, STORY, edit, item

from newsletter.build.compose import compose_all
from newsletter.content.issues import BLOCK_KEYS
from newsletter.layouts.dates import Words
from newsletter.layouts.slots import Fixed, Later, Prose
from newsletter.layouts.views import BLOCK_VIEWS, ITEM_VIEWS, Scene, block_view, event_view, frame_view, item_view
from newsletter.workspace import read_workspace


@pytest.fixture
def scene(root):
    return make_scene(root)


def make_scene(root) -> Scene:
    workspace = read_workspace(root)
    language = workspace.settings.language
    composition = next(iter(compose_all(workspace)[0].values()))
    return Scene(
        settings=workspace.settings,
        theme=workspace.theme,
        entry=workspace.items["contact"][workspace.settings.unit.entry],
        sent=composition.sent,
        words=Words(language=language),
        issue=composition.issue,
        prose=lambda item: Prose(html=item.body, text=item.body) if item.body else None,
        targets={"besoeg": ("Besøg", 12), "tom": ("Tom", 0)},
    )


def block(scene: Scene, text: str):
    issue = item("issues", "a", JANUARY.replace("lead: opening", text))
    return block_view(scene, issue.fields.blocks[0], ())


def plain(value):
    """Only what views may be made of."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return all(map(plain, value))
    return value is None or isinstance(value, str | int | bool | Fixed | Later | Prose)


def test_the_frame_tells_who_sends_and_whom_to_ask(scene):
    view = frame_view(scene)
    assert plain(view)
    assert view["issue"]["month"] == "januar 2027"
    assert view["sender"]["email"] == "nyt@kommune.example"
    assert view["sender"]["address"] == "Torvet 1, 9999 Byen"
    assert view["reader"]["first_name"] == Later("reader.first_name")
    assert view["edition"]["web_url"] == Later("edition.web_url")
    assert view["theme"]["light"]["link"] == Fixed("#0b5563")
    assert view["theme"]["logo"]["src"] == Later("asset.images/logo.png")
    assert view["entry"]["title"] == "Virksomhedsservice"


def test_every_block_there_can_be_has_a_view():
    kinds = {key for key in BLOCK_KEYS if key not in {"stories", "schemes", "events", "articles", "guides", "contacts"}}
    assert set(BLOCK_VIEWS) | set(ITEM_VIEWS) == kinds


@pytest.mark.parametrize("kind", sorted(ITEM_VIEWS))
def test_every_kind_of_item_is_made_of_plain_values(scene, root, kind):
    for each in read_workspace(root).items[kind].values():
        view = item_view(scene, kind, each)
        assert plain(view)
        assert {"anchor", "title", "summary", "prose", "link"} <= set(view)
        assert view["anchor"] == f"{kind}-{each.slug}"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("lead: opening\n    title: Hej", {"kind": Fixed("lead"), "title": "Hej"}),
        ("divider: line", {"kind": Fixed("divider"), "title": None}),
        ("quote: {text: Ja, by: Eva}", {"text": "Ja", "by": "Eva"}),
        (
            "figure: {number: 76 %, text: i job, source: VIVE, year: 2022}",
            {"number": "76 %", "year": "2022", "url": None},
        ),
        (
            "call_to_action: {title: A, text: B, url: 'https://x.example'}",
            {"text": "B", "url": "https://x.example", "intro": None},
        ),
        (
            "progress: {campaign: besoeg, visited: 3, as_of: 2027-01-04}",
            {"percent": 25, "promised": "12", "as_of": "4. januar 2027"},
        ),
        ("progress: {campaign: besoeg, visited: 30, as_of: 2027-01-04}", {"percent": 100, "visited": "30"}),
        ("progress: {campaign: tom, visited: 0, as_of: 2027-01-04}", {"percent": 100, "promised": "0"}),
    ],
)
def test_a_block_of_its_own_shows_its_values(scene, text, seen):
    view = block(scene, text)
    assert plain(view)
    assert seen.items() <= view.items()


def test_the_lead_is_the_issues_own_text(scene):
    assert block(scene, "lead: opening")["prose"].text.startswith("Hej {{ reader.first_name }}")


class TestEvents:
    """Times and places."""

    @pytest.mark.parametrize(
        ("language", "end", "when"),
        [
            ("da", "2027-01-14 10:00", "torsdag den 14. januar 2027 kl. 8.30–10.00"),
            ("da", "2027-01-15 10:05", "torsdag den 14. januar 2027 kl. 8.30 – fredag den 15. januar 2027 kl. 10.05"),
            ("en", "2027-01-14 10:00", "Thursday 14 January 2027 at 8:30–10:00"),
        ],
    )
    def test_the_time_is_told_in_full(self, root, language, end, when):
        edit(root, "newsletter.yml", "title: Nyt", f"title: Nyt\nlanguage: {language}")
        view = event_view(make_scene(root), item("events", "a", EVENT.replace("2027-01-14 10:00", end)))
        assert view["when"] == when

    def test_sign_up_is_our_own_page_unless_it_is_elsewhere(self, scene):
        assert event_view(scene, item("events", "a", EVENT))["sign_up"] == Later("item.sign-up/a")
        elsewhere = EVENT.replace("host:", "sign_up: https://x.example\nhost:")
        assert event_view(scene, item("events", "a", elsewhere))["sign_up"] == "https://x.example"
        assert event_view(scene, item("events", "a", EVENT))["calendar"] == Later("asset.events/a.ics")

    @pytest.mark.parametrize(
        ("place", "mode", "kind"),
        [
            ("place: {name: Rådhuset, address: Torvet 1}", "Offline", "Place"),
            ("online: https://x.example/m", "Online", "VirtualLocation"),
            ("place: {name: Rådhuset}\nonline: https://x.example/m", "Mixed", None),
        ],
    )
    def test_mail_clients_are_told_in_their_own_words(self, scene, place, mode, kind):
        text = EVENT.replace("place: {name: Rådhuset}", place).replace("Morgenmøde", '"</script> \\"Møde\\""')
        data = json.loads(event_view(scene, item("events", "a", text))["json_ld"])
        assert data["name"] == '</script> "Møde"'
        assert data["startDate"] == "2027-01-14T08:30:00+01:00"
        assert data["eventAttendanceMode"].endswith(f"/{mode}EventAttendanceMode")
        location = data["location"]
        assert (len(location) == 2) if kind is None else location["@type"] == kind

    def test_nobody_signs_up_for_what_is_cancelled_nor_with_us_for_others_events(self, scene):
        off = event_view(scene, item("events", "a", EVENT.replace("series:", "cancelled: true\nseries:")))
        assert (off["cancelled"], off["sign_up"]) == (True, None)
        assert json.loads(off["json_ld"])["eventStatus"] == "https://schema.org/EventCancelled"
        others = EVENT.replace("series:", "external: {organizer: Foreningen, uid: x}\nseries:")
        view = event_view(scene, item("events", "a", others))
        assert (view["sign_up"], view["organizer"]) == (None, "Foreningen")
        assert json.loads(view["json_ld"])["organizer"]["name"] == "Foreningen"
        elsewhere = others.replace("series:", "sign_up: https://x.example\nseries:")
        assert event_view(scene, item("events", "a", elsewhere))["sign_up"] == "https://x.example"

    @pytest.mark.parametrize(
        ("start", "end", "when", "last"),
        [
            ("2027-05-01", "2027-05-02", "lørdag den 1. maj 2027", "2027-05-01"),
            ("2027-12-31", "2028-01-02", "fredag den 31. december 2027 – lørdag den 1. januar 2028", "2028-01-01"),
        ],
    )
    def test_whole_days_have_no_time_of_day(self, scene, start, end, when, last):
        text = EVENT.replace("2027-01-14 08:30", start).replace("2027-01-14 10:00", end)
        view = event_view(scene, item("events", "a", text))
        assert view["when"] == when
        data = json.loads(view["json_ld"])
        assert (data["startDate"], data["endDate"]) == (start, last)

    def test_an_experience_meeting_shows_last_years_points_beside_its_own(self, scene):
        before = EVENT.replace(
            "series: netvaerk",
            "kind: experience-meeting\nmeasure_points: [{point: Svar, target: to dage, result: tre dage}]",
        )
        after = before.replace("to dage, result: tre dage", "en dag").replace("kind:", "follows: sidste\nkind:")
        known = replace(scene, events={"sidste": item("events", "sidste", before)})
        view = event_view(known, item("events", "a", after))
        assert plain(view)
        assert view["kind"] == Fixed("experience-meeting")
        assert view["measure_points"] == [
            {
                "point": "Svar",
                "target": "en dag",
                "result": None,
                "last_target": "to dage",
                "last_result": "tre dage",
            }
        ]


def test_a_contacts_telephone_can_be_called(scene):
    view = item_view(scene, "contact", item("contacts", "a", CONTACT.replace("role:", "phone: 12 34 56 78\nrole:")))
    assert (view["phone"], view["tel"]) == ("12 34 56 78", "tel:12345678")
    assert item_view(scene, "contact", item("contacts", "a", CONTACT))["tel"] is None


def test_a_photo_is_an_asset_with_its_words(scene):
    text = STORY.replace("company:", "photo: {file: logo.png, alt: Et brød., credit: Eva}\ncompany:", 1)
    assert item_view(scene, "story", item("stories", "a", text))["photo"] == {
        "src": Later("asset.images/logo.png"),
        "alt": "Et brød.",
        "described": True,
        "caption": "Et brød",
        "credit": "Eva",
    }
    silent = item_view(scene, "story", item("stories", "a", text.replace("Et brød.", '""')))
    assert silent["photo"]["described"] is False


def test_the_starters_views_are_plain_too(starter):
    scene = make_scene(starter)
    for kind, items in read_workspace(starter).items.items():
        assert all(plain(item_view(scene, kind, each)) for each in items.values())
