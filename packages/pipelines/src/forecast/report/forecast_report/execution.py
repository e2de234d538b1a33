"""What the execution's history tells: its input, when each state was entered and left, what failed."""

from __future__ import annotations

import json


def read_history(client, execution_arn: str) -> list[dict]:
    """All events of the execution so far, oldest first."""
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    return [event for page in pages for event in page["events"]]


def execution_input(events: list[dict]) -> dict:
    """What the execution was started with: uid, source and config."""
    for event in events:
        if "executionStartedEventDetails" in event:
            return json.loads(event["executionStartedEventDetails"].get("input", "{}"))
    return {}


def started(events: list[dict]) -> float:
    """When the execution began, in epoch seconds."""
    return events[0]["timestamp"].timestamp()


def timeline(events: list[dict], steps: list[dict]) -> list[dict]:
    """The steps of the run with their times and the states in each.

    `steps` are `{"state", "label", "failsWith"}` in their order: a step begins when its state is entered, and what
    follows (waiting loops, choices) belongs to it. The step that is under way, this report, is left out.
    """
    labels = {step["state"]: step["label"] for step in steps}
    cleanups = {step["label"]: step["failsWith"] for step in steps if "failsWith" in step}
    durations = _durations(events)
    found: list[dict] = []
    for event in events:
        name = event.get("stateEnteredEventDetails", {}).get("name")
        time = event["timestamp"].timestamp()
        if name in labels and (not found or found[-1]["label"] != labels[name]):
            if found:
                found[-1]["seconds"] = time - found[-1]["start"]
            found.append({"label": labels[name], "start": time, "states": {}, "failures": []})
        if not found:
            continue
        if name is not None:
            count, seconds = found[-1]["states"].get(name, (0, 0.0))
            found[-1]["states"][name] = (count + 1, seconds + durations.get(event["id"], 0.0))
        failure = _failure(event)
        if failure is not None:
            found[-1]["failures"].append(failure)
    begin = started(events)
    return [
        {
            "label": step["label"],
            "start": round(step["start"] - begin, 3),
            "seconds": round(step["seconds"], 3),
            "states": [[name, count, round(seconds, 3)] for name, (count, seconds) in step["states"].items()],
            "failures": step["failures"],
            "failsWith": cleanups.get(step["label"]),
        }
        for step in found[:-1]
    ]


def _durations(events: list[dict]) -> dict[int, float]:
    """Seconds between entering and leaving a state, by the id of the event that entered it.

    Branches run at once, so the entry of a state is found backwards along the chain of its own branch.
    """
    by_id = {event["id"]: event for event in events}
    durations: dict[int, float] = {}
    for event in events:
        name = event.get("stateExitedEventDetails", {}).get("name")
        before = by_id.get(event.get("previousEventId"))
        while name is not None and before is not None:
            entered = before.get("stateEnteredEventDetails", {}).get("name") == name
            if entered and before["id"] not in durations:
                durations[before["id"]] = (event["timestamp"] - before["timestamp"]).total_seconds()
                break
            before = by_id.get(before.get("previousEventId"))
    return durations


def _failure(event: dict) -> str | None:
    """The error of an attempt that failed; an answer that a resource exists or is gone is none."""
    for kind in ("taskFailedEventDetails", "taskSubmitFailedEventDetails", "taskTimedOutEventDetails"):
        error = event.get(kind, {}).get("error")
        if error and not error.endswith(("ResourceNotFoundException", "ResourceAlreadyExistsException")):
            return error
    return None
