"""Public holidays of a country, and the additional data sets of a predictor."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import UserError
from ..frequency import Times

# Developer guide, appendix on holidays: the 66 countries of the service; the United Kingdom is UK there.
_CODES = """
    AL AR AT AU BA BE BG BO BR BY CA CL CO CR HR CZ DK EC EE ET FI FR DE GR HU IS IN IE IT JP KZ KR LV LI LT LU MK
    MT MX MD ME NL NZ NI NG NO PA PY PE PL PT RO RU RS SK SI ZA ES SE CH UA AE US UK UY VE
"""
COUNTRIES = frozenset(_CODES.split())
_OTHER_NAME = {"UK": "GB"}


def holiday_country(additional: list[dict[str, Any]]) -> str | None:
    """Country code of the holiday data set in AdditionalDatasets or SupplementaryFeatures; None if there is none.

    UserError: `UnsupportedWeather` (there is no weather source here), `BadAdditionalDataset`.
    """
    country: str | None = None
    for entry in additional:
        name = entry.get("Name")
        if name == "weather":
            raise UserError(
                "UnsupportedWeather",
                "The Weather Index is not supported by this version: there is no source of weather data on this "
                "machine. Supply weather as a related time series instead.",
            )
        if name != "holiday":
            raise UserError("BadAdditionalDataset", f"Additional dataset '{name}' is neither holiday nor weather.")
        given = entry.get("Value") or (entry.get("Configuration") or {}).get("CountryCode")
        country = given[0] if isinstance(given, list) and len(given) == 1 else given
        if not isinstance(country, str) or country not in COUNTRIES:
            raise UserError(
                "BadAdditionalDataset",
                f"Holidays need one country code out of {', '.join(sorted(COUNTRIES))}, given was {given!r}.",
            )
    return country


def holidays_between(country: str, first: Times, last: Times) -> dict[np.datetime64, str]:
    """All public holidays of a country, day → name, in the years from `first` to `last`.

    From the `holidays` package; the service's own calendar differs in details (unverified).
    """
    import holidays

    years = range(int(str(first)[:4]), int(str(last)[:4]) + 1)
    days = holidays.country_holidays(_OTHER_NAME.get(country, country), years=years)
    return {np.datetime64(day, "D"): name for day, name in sorted(days.items())}
