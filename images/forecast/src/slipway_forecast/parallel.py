"""All cores: a function applied to many tasks by processes that end with their parent."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

_CONTEXT: Any = None


def _start(context: Any) -> None:
    """First thing in a worker: keep what all tasks share, and watch the parent."""
    global _CONTEXT
    _CONTEXT = context
    parent = multiprocessing.parent_process()

    def leave() -> None:
        # A killed parent cannot stop its workers, and they would wait for tasks for ever.
        wait([parent.sentinel])
        os._exit(1)

    if parent is not None:
        threading.Thread(target=leave, daemon=True).start()


def _call(function: Callable[[Any, Any], Any], task: Any) -> Any:
    return function(_CONTEXT, task)


Run = Callable[[Callable[[Any, Any], Any], Iterable[Any]], Iterator[tuple[int, Any]]]


@contextmanager
def workers(count: int | None, context: Any) -> Iterator[Run]:
    """Yields `run(function, tasks)`, which gives (task index, `function(context, task)`) as tasks finish.

    `count` processes, default all cores; 1 works in this process. `context` is sent once to each worker. Functions
    must be importable by name.
    """
    number = count or available_cores()
    if number == 1:
        yield lambda function, tasks: ((i, function(context, task)) for i, task in enumerate(tasks))
        return
    # Forking is quickest and safe on Linux, where no thread of ours holds a lock; elsewhere the default is kept.
    method = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    with ProcessPoolExecutor(number, method, _start, (context,)) as pool:

        def run(function: Callable[[Any, Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[int, Any]]:
            futures = {pool.submit(_call, function, task): i for i, task in enumerate(tasks)}
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            finally:
                for future in futures:
                    future.cancel()

        yield run


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
