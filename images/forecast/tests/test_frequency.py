"""Frequencies and the buckets they cut time into."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from slipway_forecast.errors import UserError
from slipway_forecast.frequency import Calendar, Frequency


def buckets(frequency: str, times: list[str], boundary: dict[str, Any] | None = None, count: int = 4) -> list[str]:
    """First seconds of the first `count` buckets after checking that each holds its own beginning and last second."""
    stamps = np.array(times, dtype="datetime64[s]")
    calendar = Calendar.starting_at(stamps.min(), Frequency.parse(frequency), boundary)
    starts = calendar.start(np.arange(count + 1))
    assert calendar.index(starts).tolist() == list(range(count + 1))
    assert calendar.index(starts[1:] - np.timedelta64(1, "s")).tolist() == list(range(count))
    assert calendar.index(stamps[:1])[0] == 0
    return [str(start).replace("T", " ").removesuffix(" 00:00:00") for start in starts[:count]]


@pytest.mark.parametrize(
    ("frequency", "first", "boundary", "expected"),
    [
        ("15min", "2023-03-05 10:37:12", None, ["2023-03-05 10:30:00", "2023-03-05 10:45:00", "2023-03-05 11:00:00"]),
        # 7 does not divide the day: the first bucket is the anchor.
        ("7min", "2023-03-05 10:37:12", None, ["2023-03-05 10:37:00", "2023-03-05 10:44:00", "2023-03-05 10:51:00"]),
        ("H", "2023-03-05 10:37:12", None, ["2023-03-05 10:00:00", "2023-03-05 11:00:00", "2023-03-05 12:00:00"]),
        ("6H", "2023-03-05 10:37:12", None, ["2023-03-05 06:00:00", "2023-03-05 12:00:00", "2023-03-05 18:00:00"]),
        ("5H", "2023-03-05 10:37:12", None, ["2023-03-05 10:00:00", "2023-03-05 15:00:00", "2023-03-05 20:00:00"]),
        ("D", "2024-02-28 23:59:59", None, ["2024-02-28", "2024-02-29", "2024-03-01"]),
        ("D", "2023-02-28 23:59:59", None, ["2023-02-28", "2023-03-01", "2023-03-02"]),
        ("3D", "2017-12-01 00:00:00", None, ["2017-12-01", "2017-12-04", "2017-12-07"]),
        (
            "D",
            "2023-03-05 04:00:00",
            {"Hour": 6},
            ["2023-03-04 06:00:00", "2023-03-05 06:00:00", "2023-03-06 06:00:00"],
        ),
        # 2023-03-05 is a Sunday, 2023-03-06 a Monday.
        ("W", "2023-03-05 12:00:00", None, ["2023-02-27", "2023-03-06", "2023-03-13"]),
        ("W", "2023-03-06 00:00:00", None, ["2023-03-06", "2023-03-13", "2023-03-20"]),
        ("2W", "2023-03-06 00:00:00", None, ["2023-03-06", "2023-03-20", "2023-04-03"]),
        ("W", "2019-01-31 00:00:00", {"DayOfWeek": "FRIDAY"}, ["2019-01-25", "2019-02-01", "2019-02-08"]),
        ("W", "1969-12-31 00:00:00", None, ["1969-12-29", "1970-01-05", "1970-01-12"]),
        ("M", "2024-01-31 09:00:00", None, ["2024-01-01", "2024-02-01", "2024-03-01"]),
        ("3M", "2017-12-01 00:00:00", None, ["2017-12-01", "2018-03-01", "2018-06-01"]),
        ("M", "2024-02-14 00:00:00", {"DayOfMonth": 15}, ["2024-01-15", "2024-02-15", "2024-03-15"]),
        ("3M", "2024-01-15 00:00:00", {"DayOfMonth": 15}, ["2024-01-15", "2024-04-15", "2024-07-15"]),
        ("Y", "2024-12-31 23:59:59", None, ["2024-01-01", "2025-01-01", "2026-01-01"]),
        ("Y", "2024-03-31 00:00:00", {"Month": "APRIL"}, ["2023-04-01", "2024-04-01", "2025-04-01"]),
        ("Y", "2024-04-09 00:00:00", {"Month": "APRIL", "DayOfMonth": 10}, ["2023-04-10", "2024-04-10", "2025-04-10"]),
    ],
)
def test_buckets(frequency: str, first: str, boundary: dict[str, Any] | None, expected: list[str]) -> None:
    assert buckets(frequency, [first], boundary, 3) == expected


@pytest.mark.parametrize(
    ("data", "frequency", "forecast_start"),
    [
        ("2019-01-31 23:00:00", "3D", "2019-02-03"),
        ("2019-01-31 23:00:00", "3M", "2019-03-01"),
    ],
)
def test_multiples_are_anchored_at_the_first_bucket(data: str, frequency: str, forecast_start: str) -> None:
    """The service's own example: daily data from 2017-12-01, the first bucket after the data."""
    calendar = Calendar.starting_at(np.datetime64("2017-12-01", "s"), Frequency.parse(frequency))
    last = calendar.index(np.array([data], dtype="datetime64[s]"))
    assert str(calendar.start(last + 1)[0])[:10] == forecast_start


def test_every_day_of_a_leap_year_lies_in_its_own_month() -> None:
    days = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]").astype("datetime64[s]")
    calendar = Calendar.starting_at(days[0], Frequency.parse("M"))
    counts = np.bincount(calendar.index(days))
    assert counts.tolist() == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.mark.parametrize("text", ["min", "0D", "60min", "24H", "7D", "5W", "12M", "2Y", "D1", "1.5H", "Q", "", "-1D"])
def test_frequencies_that_do_not_exist(text: str) -> None:
    with pytest.raises(UserError) as caught:
        Frequency.parse(text)
    assert caught.value.code == "BadFrequency"
    assert f"'{text}'" in caught.value.message


@pytest.mark.parametrize(
    ("text", "same"),
    [("1D", "D"), ("D", "D"), ("1H", "H"), ("59min", "59min"), ("23H", "23H"), ("6D", "6D"), ("4W", "4W"), ("1Y", "Y")],
)
def test_frequencies_in_their_normal_form(text: str, same: str) -> None:
    assert str(Frequency.parse(text)) == same


def test_order_from_fine_to_coarse() -> None:
    names = ["1min", "59min", "H", "23H", "D", "6D", "W", "4W", "M", "11M", "Y"]
    lengths = [Frequency.parse(name).nominal_seconds for name in names]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize(
    ("frequency", "mase", "documented"),
    [
        ("1min", 1440, 60),
        ("5min", 288, 12),
        ("10min", 144, 6),
        ("15min", 96, 4),
        ("30min", 48, 2),
        ("H", 24, 24),
        ("2H", 12, 12),
        ("5H", 1, 1),
        ("D", 1, 7),
        ("W", 1, 52),
        ("M", 12, 12),
        ("3M", 4, 4),
        ("Y", 1, 1),
    ],
)
def test_seasons(frequency: str, mase: int, documented: int) -> None:
    """Of MASE as in GluonTS, of ETS and ARIMA as documented by the service."""
    parsed = Frequency.parse(frequency)
    assert (parsed.mase_season, parsed.documented_season) == (mase, documented)


@pytest.mark.parametrize(
    ("frequency", "boundary"),
    [
        ("H", {"Hour": 3}),
        ("15min", {"Hour": 3}),
        ("D", {"DayOfWeek": "FRIDAY"}),
        ("D", {"Hour": 24}),
        ("W", {"DayOfWeek": "FREITAG"}),
        ("M", {"DayOfMonth": 29}),
        ("M", {"DayOfMonth": 0}),
        ("Y", {"DayOfMonth": 3}),
        ("Y", {"Month": "APRIL", "Hour": 3}),
    ],
)
def test_boundaries_that_do_not_fit(frequency: str, boundary: dict[str, Any]) -> None:
    with pytest.raises(UserError) as caught:
        Calendar.starting_at(np.datetime64("2023-01-01", "s"), Frequency.parse(frequency), boundary)
    assert caught.value.code == "BadTimeAlignmentBoundary"
