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

Listen = Callable[[Any], None]

# Said by nobody but the end of `workers`.
_SILENCE = "silence"
_CONTEXT: Any = None
_LISTENER: Listen | None = None


def tell(message: Any) -> None:
    """Inside a task: hands a message to whoever listens to the workers."""
    if _LISTENER is not None:
        _LISTENER(message)


def _start(context: Any, messages: Any) -> None:
    """First thing in a worker: keep what all tasks share, and watch the parent."""
    global _CONTEXT, _LISTENER
    _CONTEXT, _LISTENER = context, messages.put
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
def workers(count: int | None, context: Any, listen: Listen | None = None) -> Iterator[Run]:
    """Yields `run(function, tasks)`, which gives (task index, `function(context, task)`) as tasks finish.

    `count` processes, default all cores; 1 works in this process. `context` is sent once to each worker. Functions
    must be importable by name. `listen` is called, in a thread, with what tasks `tell`.
    """
    global _LISTENER
    number = count or available_cores()
    if number == 1:
        _LISTENER = listen
        yield lambda function, tasks: ((i, function(context, task)) for i, task in enumerate(tasks))
        return
    # Forking is quickest and safe on Linux, where no thread of ours holds a lock; elsewhere the default is kept.
    method = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    messages = method.SimpleQueue()
    ear = threading.Thread(target=_hear, args=(messages, listen), daemon=True)
    with ProcessPoolExecutor(number, method, _start, (context, messages)) as pool:

        def run(function: Callable[[Any, Any], Any], tasks: Iterable[Any]) -> Iterator[tuple[int, Any]]:
            futures = {pool.submit(_call, function, task): i for i, task in enumerate(tasks)}
            # Only now: all workers have been forked, while no other thread was running.
            if not ear.is_alive():
                ear.start()
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            finally:
                for future in futures:
                    future.cancel()

        yield run
    messages.put(_SILENCE)
    if ear.is_alive():
        ear.join()


def _hear(messages: Any, listen: Listen | None) -> None:
    while (message := messages.get()) != _SILENCE:
        if listen is not None:
            listen(message)


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
