"""Days, weekdays and hours are read in each language that the practice product is written in."""

from datetime import date

import pytest

from fluencylab.curriculum.practice_dates import Appointment, appointments, days, hours, recorded

THURSDAY = date(2026, 11, 12)


@pytest.mark.parametrize(
    "text",
    [
        "Thursday 12 November",
        "on Thursday, the 12 November",
        "jueves 12 de noviembre",
        "quinta-feira, 12 de novembro",
        "Donnerstag, den 12. November",
        "jeudi 12 novembre",
        "giovedì 12 novembre",
        "czwartek 12 listopada",
        "12 Kasım Perşembe",
        "الخميس 12 نوفمبر",
        "в четвер, 12 листопада",
        "11月12日（木）",
        "12 November (Thursday)",
    ],
)
def test_a_weekday_is_read_with_its_day(text: str) -> None:
    (found,) = days(text, 2026)
    assert (found.date, found.weekday, found.fits) == (THURSDAY, 3, True)


@pytest.mark.parametrize("text", ["Wednesday 12 November", "miércoles 12 de noviembre", "11月12日（水）", "12 Kasım Çarşamba"])
def test_a_weekday_that_does_not_fit_is_noticed(text: str) -> None:
    assert not days(text, 2026)[0].fits


def test_a_month_at_the_end_counts_for_the_days_before_it() -> None:
    found = days("Monday 16, Friday 20 and Thursday 27 November", 2026)
    assert [(one.date.day, one.fits) for one in found] == [(16, True), (20, True), (27, False)]


def test_a_day_that_is_in_no_calendar_is_none() -> None:
    assert days("Monday 31 November", 2026) == []


def test_hours_are_read_as_they_are_written() -> None:
    text = "2:20 pm, 12:05 am, 7h30, 14.15 Uhr and 09:40; not 2.40, nor 01632 960144, nor 25:00, nor £4.50"
    assert [one.time for one in hours(text)] == ["14:20", "00:05", "07:30", "14:15", "09:40"]


def test_an_hour_belongs_to_the_day_before_it_or_to_the_next_of_its_sentence() -> None:
    text = "Come at 08:00. On Thursday 12 November at 09:40 or 10:20; 15:00 is free on 13 November, and so on."
    assert list(appointments(text, 2026)) == [
        Appointment(None, "08:00"),
        Appointment(THURSDAY, "09:40"),
        Appointment(THURSDAY, "10:20"),
        Appointment(THURSDAY, "15:00"),
    ]
    assert list(appointments("07:30 is open on Thursday 12 November.", 2026)) == [Appointment(THURSDAY, "07:30")]


def test_records_are_read_as_a_system_writes_them() -> None:
    assert recorded("OPEN 2026-11-12 09:40 Dr Okonjo\nNOTE on 2026-11-12") == {Appointment(THURSDAY, "09:40")}
