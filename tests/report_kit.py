"""Example reports: each is a campaign at one moment, with figures that anybody can follow by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from newsletter.campaigns.progress.values import Definition, Forecast, Line, Point, Report, Stage, Week

FIRST, LAST = date(2026, 10, 1), date(2027, 6, 30)
TARGET = 120
SECTIONS = {
    "A": "Landbrug, jagt, skovbrug og fiskeri",
    "B": "Råstofindvinding",
    "C": "Fremstillingsvirksomhed",
    "D": "El-, gas- og fjernvarmeforsyning",
    "E": "Vandforsyning, kloak og affald",
    "F": "Bygge og anlæg",
    "G": "Engroshandel og detailhandel",
    "H": "Transport og godshåndtering",
    "I": "Overnatning og restauranter",
    "J": "Forlag, radio og tv",
    "K": "Telekommunikation og it",
    "L": "Finans og forsikring",
    "M": "Fast ejendom",
    "N": "Liberale og tekniske tjenester",
    "O": "Administrative tjenester",
    "P": "Offentlig forvaltning",
    "Q": "Undervisning",
    "R": "Sundhed og socialt arbejde",
    "S": "Kultur, sport og fritid",
    "T": "Andre serviceydelser",
    "U": "Private husstande",
    "V": "Internationale organisationer",
}
NAMES = {
    "anna-eksempel": "Anna Eksempel",
    "bo-proevesen": "Bo Prøvesen",
    "2-9": "2-9 ansatte",
    "10-49": "10-49 ansatte",
    "50-199": "50-199 ansatte",
    "fleksjob": "Fleksjob",
    "virksomhedspraktik": "Virksomhedspraktik",
}
LONG = "Fremstilling af meget langtidsholdbare fleksjobambassadørnetværksarrangementsmaterialer og beslægtede produkter"


def line(measure: str, label: str, target: float, actual: float, **more: Any) -> Line:
    """A line whose gap and state follow from its numbers."""
    expected = more.get("expected")
    gap = None if expected is None else round(actual - expected, 2)
    state = "unplanned" if expected is None else "on-track" if actual >= expected else "behind"
    state = "reached" if actual >= target else state
    return Line(
        **{"measure": measure, "label": label, "target": target, "actual": actual, "gap": gap, "state": state} | more
    )


def parts(measure: str, by: str, names: dict[str, str], rows: list[tuple[str, float, float, float]]) -> list[Line]:
    """Lines of a measure by something: key, target, actual, expected."""
    return [line(measure, names[key], target, done, by=by, key=key, expected=due) for key, target, done, due in rows]


def workdays(first: date, last: date) -> int:
    """Mondays to Fridays from first to last."""
    return sum((first + timedelta(n)).weekday() < 5 for n in range((last - first).days + 1))


def points(
    first: date, last: date, as_of: date, actual: float, target: float = TARGET, **more: Any
) -> tuple[Point, ...]:
    """Sundays, first, last and as_of: a burn-up that climbs by working days, and is forecast to run on as it has."""
    whole, until = workdays(first, last), max(workdays(first, min(as_of, last)), 1) if as_of >= first else 0
    found = []
    for day in (first + timedelta(n) for n in range((last - first).days + 1)):
        if day.weekday() < 6 and day not in (first, last, as_of):
            continue
        done = workdays(first, day)
        known = int(actual * done / until) if until and day <= as_of else None
        ahead = day > as_of >= first and more.get("forecast", True) and as_of < last
        mid = actual * done / until if until else 0.0
        wide = 1.28 * (mid - actual + 0.5) ** 0.5 if ahead else 0.0
        forecast = Forecast(low=max(actual, mid - wide), mid=mid, high=mid + wide) if ahead else None
        found.append(Point(day=day, plan=round(target * done / whole, 2), actual=known, forecast=forecast))
    return tuple(found)


def weeks(first: date, last: date, as_of: date, visits: tuple[int, ...]) -> tuple[Week, ...]:
    """Whole ISO weeks over the period; `visits` are repeated until as_of."""
    monday, found = first - timedelta(first.weekday()), []
    while monday <= last:
        count = visits[len(found) % len(visits)] if monday <= as_of and visits else 0
        found.append(Week(monday=monday, visits=count, inside=True))
        monday += timedelta(7)
    return tuple(found)


VISITS = Definition(
    measure="visits",
    title="Besøg",
    numerator="Besøg hos virksomheder, på stedet eller på skærm. Fortrudte besøg tæller aldrig.",
    denominator="Ingen: det er et antal.",
    source="Registret: besøg med kampagnens navn.",
    how_often="Hver gang rapporten laves.",
)
COMPANIES = Definition(
    measure="unique_companies",
    title="Unikke virksomheder",
    numerator="Virksomheder (CVR-numre) med mindst ét besøg; hver tæller én gang.",
    denominator="Ingen: det er et antal.",
    source="Registret: besøg med kampagnens navn.",
    how_often="Hver gang rapporten laves.",
)
FOLLOW_UP = Definition(
    measure="follow_up",
    title="Opfølgning til tiden",
    numerator="Besøg, hvor næste skridt er udført inden for fristen.",
    denominator="Besøg med et næste skridt, hvor fristen er udløbet.",
    source="Registret: opfølgninger på besøg.",
    how_often="Hver gang rapporten laves.",
)


def report(as_of: date = date(2027, 2, 1), actual: int = 58, **more: Any) -> Report:
    """A campaign of 120 visits from October to June (or first to last), at as_of."""
    first, last = more.pop("first", FIRST), more.pop("last", LAST)
    whole = points(first, last, as_of, actual)
    now = next((each.plan for each in reversed(whole) if each.actual is not None), 0.0)
    end = whole[-1].forecast
    visits = line("visits", "Besøg", TARGET, actual, expected=round(now, 1), forecast=end, pace_needed=2.6)
    industries = [("C", 20, 14, 11.5), ("F", 30, 9, 16.6), ("G", 25, 20, 13.9), ("I", 10, 10, 5.5), ("R", 35, 13, 19.4)]
    months = [
        ("2026-10", 15, 14, 15),
        ("2026-11", 15, 16, 15),
        ("2026-12", 8, 9, 8),
        ("2027-01", 14, 24, 14),
        ("2027-02", 14, 3, 0.7),
    ]
    names = {
        "2026-10": "oktober 2026",
        "2026-11": "november 2026",
        "2026-12": "december 2026",
        "2027-01": "januar 2027",
        "2027-02": "februar 2027",
    }
    lines = (
        visits,
        line("unique_companies", "Unikke virksomheder", 100, 58, expected=55.4, pace_needed=2.0),
        line("follow_up", "Opfølgning til tiden", 90, 81.5, expected=90, unit="percent", of=54),
        line("events", "Arrangementer", 6, 3),
        line("agreements", "Aftaler", 25, 9, expected=13.9, pace_needed=0.8, too_early="For få endnu til en prognose."),
        *parts("visits", "month", names, months),
        *parts("visits", "industry", SECTIONS, industries),
        *parts("visits", "consultant", NAMES, [("anna-eksempel", 60, 41, 33.2), ("bo-proevesen", 60, 25, 33.2)]),
        line(
            "follow_up",
            "Anna Eksempel",
            90,
            92,
            by="consultant",
            key="anna-eksempel",
            expected=90,
            unit="percent",
            of=25,
        ),
        line("follow_up", "Bo Prøvesen", 90, 0, by="consultant", key="bo-proevesen", unit="percent", of=0),
        *parts("visits", "size", NAMES, [("2-9", 50, 31, 27.7), ("10-49", 50, 30, 27.7), ("50-199", 20, 5, 11.1)]),
        *parts("agreements", "scheme", NAMES, [("fleksjob", 15, 6, 8.3), ("virksomhedspraktik", 10, 3, 5.5)]),
    )
    made = Report(
        campaign="virksomheder-viser-vejen",
        title="Virksomheder viser vejen",
        owner="Leder af Virksomhedsservice",
        first=first,
        last=last,
        as_of=as_of,
        language="da",
        lines=lines,
        burn_up=whole,
        weeks=weeks(first, last, as_of, (3, 5, 2, 4, 6, 0, 1, 9)),
        funnel=(
            Stage(name="mail", label="Har fået mail", companies=240, of_previous=0),
            Stage(name="dialogue", label="I dialog", companies=84, of_previous=61),
            Stage(name="visit", label="Besøgt", companies=58, of_previous=40),
            Stage(name="agreement", label="Har en aftale", companies=9, of_previous=9),
        ),
        definitions=(VISITS, COMPANIES, FOLLOW_UP),
        remarks=("2 besøg i januar er skrevet ind senere end i ugen, de var i.",),
        proposals=(
            "Besøg 7 virksomheder mere i Bygge og anlæg: de er længst bagud.",
            "Ring til de 23 virksomheder, der er i dialog og ikke har haft besøg.",
        ),
        unplanned={"month": {"2027-03": 1}, "industry": {"Q": 4, "unknown": 2}, "size": {"200+": 3}},
        names={"Q": SECTIONS["Q"]},
    )
    return replace(made, **more)


def on_track() -> Report:
    """Four visits ahead of the plan."""
    return report()


def behind() -> Report:
    """Twelve behind."""
    return report(actual=42)


def ended() -> Report:
    """Over since a month, 22 short."""
    made = report(as_of=date(2027, 7, 31), actual=98)
    reached = Forecast(low=98, mid=98, high=98)
    whole = replace(made.lines[0], state="ended-short", forecast=reached, pace_needed=None, expected=120, gap=-22)
    return replace(
        made, lines=(whole, *made.lines[1:]), remarks=("Kampagnen sluttede den 30. juni 2027.",), proposals=()
    )


def not_begun() -> Report:
    """Ten days before its first day."""
    made = report(as_of=date(2026, 9, 21), actual=0)
    lines = tuple(replace(each, actual=0, expected=0, gap=0, forecast=None, state="not-begun") for each in made.lines)
    return replace(made, lines=lines, funnel=(), unplanned={}, remarks=("Kampagnen begynder den 1. oktober 2026.",))


def no_visits() -> Report:
    """Begun two weeks ago; nobody has been visited."""
    made = report(as_of=date(2026, 10, 14), actual=0)
    early = "Der er ingen besøg endnu at regne en prognose af."
    lines = tuple(replace(each, actual=0, forecast=None, too_early=early) for each in made.lines)
    flat = tuple(replace(each, forecast=None) for each in made.burn_up)
    return replace(made, lines=lines, burn_up=flat, weeks=weeks(FIRST, LAST, made.as_of, ()), funnel=(), unplanned={})


def only_visits() -> Report:
    """Nothing promised beyond the number of visits."""
    made = report()
    return replace(made, lines=made.lines[:1], definitions=(VISITS,), unplanned={})


def no_target() -> Report:
    """No visits promised at all."""
    made = report()
    return replace(made, lines=(line("visits", "Besøg", 0, 12),), burn_up=(), funnel=(), unplanned={}, proposals=())


def many_industries() -> Report:
    """A target for each of the 22 sections."""
    made = report()
    lines = tuple(
        line("visits", label, 10 + 3 * n, 4 * (n % 7) + n, by="industry", key=key, expected=6 + 1.5 * n)
        for n, (key, label) in enumerate(SECTIONS.items())
    )
    return replace(made, lines=tuple(each for each in made.lines if each.by != "industry") + lines)


def long_labels() -> Report:
    """Everything that people write is long."""
    made = many_industries()
    lines = tuple(replace(each, label=f"{LONG} ({each.key or each.measure})") for each in made.lines)
    return replace(
        made,
        title=f"{LONG} {LONG}",
        owner=LONG,
        lines=lines,
        remarks=(f"{LONG} {LONG} {LONG}.",) * 9,
        proposals=(f"{LONG} {LONG} {LONG}.",) * 12,
        funnel=tuple(replace(each, label=LONG) for each in made.funnel),
    )


def new_year() -> Report:
    """Over New Year 2026/27: 2026 has a week 53, and 1 January is in it."""
    first, last, as_of = date(2026, 12, 14), date(2027, 1, 31), date(2027, 1, 3)
    return report(as_of, 21, first=first, last=last, weeks=weeks(first, last, as_of, (8, 9, 4)))


def leap_day() -> Report:
    """As of 29 February 2028."""
    first, last, as_of = date(2028, 2, 1), date(2028, 3, 31), date(2028, 2, 29)
    return report(as_of, 55, first=first, last=last, weeks=weeks(first, last, as_of, (11, 14, 9, 21)))


def english() -> Report:
    """The report in English."""
    made = report()
    lines = (replace(made.lines[0], label="Visits"), *made.lines[1:])
    return replace(made, language="en", title="Companies show the way", lines=lines)


EXAMPLES = {
    made.__name__: made
    for made in (
        on_track,
        behind,
        ended,
        not_begun,
        no_visits,
        only_visits,
        no_target,
        many_industries,
        long_labels,
        new_year,
        leap_day,
        english,
    )
}
