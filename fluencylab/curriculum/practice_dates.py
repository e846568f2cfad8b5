"""Days, weekdays and hours as people write them in eleven languages, so that an answer can be held against a calendar.

days("Wednesday 12 November at 11:00", 2026)   ->  [Day(date(2026, 11, 12), weekday=2, start=0, end=21)], which is a Thursday
hours("2:20 pm, 7h30 and 14.15 Uhr")           ->  [Hour("14:20", …), Hour("07:30", …), Hour("14:15", …)]
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_WEEKDAYS = (
    "monday montag lundi lunes lunedì segunda-feira poniedziałek pazartesi الاثنين понеділок 月",
    "tuesday dienstag mardi martes martedì terça-feira wtorek salı الثلاثاء вівторок 火",
    "wednesday mittwoch mercredi miércoles mercoledì quarta-feira środa çarşamba الأربعاء середу 水",
    "thursday donnerstag jeudi jueves giovedì quinta-feira czwartek perşembe الخميس четвер 木",
    "friday freitag vendredi viernes venerdì sexta-feira piątek cuma الجمعة п'ятницю 金",
    "saturday samstag samedi sábado sabato sobota cumartesi السبت суботу 土",
    "sunday sonntag dimanche domingo domenica niedziela pazar الأحد неділю 日",
)
_MONTHS = {
    10: "october oktober octobre octubre ottobre outubro października ekim أكتوبر жовтня",
    11: "november novembre noviembre novembro listopada kasım نوفمبر листопада",
    12: "december dezember décembre diciembre dicembre dezembro grudnia aralık ديسمبر грудня",
}
WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
MONTH = {name: number for number, names in _MONTHS.items() for name in names.split()}


def _one_of(names: dict[str, int]) -> str:
    return "|".join(sorted((re.escape(name) for name in names if len(name) > 1), key=len, reverse=True))


_DAY = re.compile(
    rf"(?:\bو?(?P<before>{_one_of(WEEKDAY)}),? (?:(?:the|den) )?)?"
    rf"\b(?P<day>\d{{1,2}})\.? (?:de )?(?P<month>{_one_of(MONTH)})\b"
    rf"(?: \(?(?P<after>{_one_of(WEEKDAY)})\)?)?"
    r"|(?P<moon>\d{1,2})月(?P<sun>\d{1,2})日(?:[（(](?P<sign>[月火水木金土日])[）)])?",
    re.IGNORECASE,
)
_LISTED = re.compile(rf"\b(?P<before>{_one_of(WEEKDAY)}) (?P<day>\d{{1,2}})(?=,| and )", re.IGNORECASE)
"""“Monday 16, Friday 20 and Thursday 27 November”: the month stands at the end."""
_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d) (\d\d:\d\d)\b")
_HOUR = re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})(?:[:h]|\.(?=\d\d(?: Uhr| ?[ap]m)))(?P<minute>[0-5]\d)(?![\d:])(?: ?(?P<half>[ap])m\b)?")


class Day(NamedTuple):
    """A day named in a text. `weekday`: the one named with it, 0 for Monday."""

    date: date
    weekday: int | None
    start: int
    end: int

    @property
    def fits(self) -> bool:
        return self.weekday is None or self.weekday == self.date.weekday()


class Hour(NamedTuple):
    time: str
    start: int


class Appointment(NamedTuple):
    """An hour and the day it belongs to, where one is named."""

    date: date | None
    time: str


def days(text: str, year: int) -> list[Day]:
    """Days named with their month, in their order. What is no day of the calendar is left out."""
    whole = [found for match in _DAY.finditer(text) if (found := _day(match, year))]
    listed = [
        Day(date(year, later.date.month, int(match["day"])), WEEKDAY[match["before"].lower()], *match.span())
        for match in _LISTED.finditer(text)
        if (later := next((one for one in whole if one.start >= match.end()), None))
    ]
    return sorted([*whole, *listed], key=lambda one: one.start)


def _day(match: re.Match[str], year: int) -> Day | None:
    month, day = int(match["moon"] or MONTH[match["month"].lower()]), int(match["sun"] or match["day"])
    weekday = match["before"] or match["after"] or match["sign"]
    try:
        return Day(date(year, month, day), WEEKDAY[weekday.lower()] if weekday else None, *match.span())
    except ValueError:
        return None


def hours(text: str) -> list[Hour]:
    """Hours of the clock as 24-hour times. “2 pm” without minutes is none."""
    return [Hour(_of_24(match), match.start()) for match in _HOUR.finditer(text) if int(match["hour"]) < 24]


def _of_24(match: re.Match[str]) -> str:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    return f"{hour:02}:{match['minute']}"


def appointments(text: str, year: int) -> Iterator[Appointment]:
    """Every hour with its day: the last one named before it, else the next one in its sentence."""
    named = days(text, year)
    for hour in hours(text):
        before = [one for one in named if one.start < hour.start]
        end = re.search(r"[.!?](?=\s)|$", text[hour.start :])
        within = [one for one in named if hour.start < one.start < hour.start + (end.start() if end else 0)]
        yield Appointment(before[-1].date if before else within[0].date if within else None, hour.time)


def recorded(records: str) -> set[Appointment]:
    """Days and hours as a system writes them: 2026-11-12 09:40."""
    return {Appointment(date.fromisoformat(day), time) for day, time in _ISO.findall(records)}
