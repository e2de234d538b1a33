"""Training."""

from __future__ import annotations

import os
from contextlib import nullcontext
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import xgboost
from xgboost.tracker import RabitTracker

from slipway_contract import cluster, folders
from slipway_contract.errors import CustomerError
from slipway_contract.training import TrainingJob
from slipway_xgboost import artefact
from slipway_xgboost.callbacks import Checkpointing, RoundLog, SaveEachRound, checkpoints
from slipway_xgboost.data import load_channel
from slipway_xgboost.hyperparameters import Settings, read_settings
from slipway_xgboost.metrics import is_maximised, own_metrics
from slipway_xgboost.versions import ImageVersion, asked_version

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

CHANNELS = {"train", "validation", "code"}


def train(job: TrainingJob) -> None:
    """Trains a model as the job says and leaves it in the model folder.

    Raises:
        CustomerError: when hyperparameters or data are at fault.
    """
    version = asked_version()
    settings = read_settings(job.hyperparameters, version)
    _check_channels(job)
    threads = settings.parameters.setdefault("nthread", _threads(job))
    training = load_channel(job.channels["train"], csv_weights=settings.csv_weights, threads=threads)
    validation = (
        load_channel(job.channels["validation"], csv_weights=settings.csv_weights, threads=threads)
        if "validation" in job.channels
        else None
    )
    team = _team(job, has_data=training is not None)
    if training is None:
        print(f"{job.current_host} got no training data and leaves the training to the others", flush=True)
        return
    _check_labels(training, settings.objective)
    is_first = team[0] == job.current_host
    with _communicator(job, team):
        booster = _boost(job, settings, version, (training, validation), is_first)
        if is_first:
            artefact.save(booster, folders.MODEL, pickled=version.pickles)


def _boost(
    job: TrainingJob,
    settings: Settings,
    version: ImageVersion,
    data: tuple[xgboost.DMatrix, xgboost.DMatrix | None],
    is_first: bool,
) -> xgboost.Booster:
    training, validation = data
    watched = [(training, "train")] + ([(validation, "validation")] if validation is not None else [])
    done, previous = _resumed(job)
    callbacks: list[xgboost.callback.TrainingCallback] = [RoundLog()] if is_first else []
    if settings.early_stopping_rounds is not None:
        callbacks.append(_early_stopping(settings, watched[-1][1]))
    if job.checkpoints and is_first:
        callbacks.append(Checkpointing(job.checkpoints, done))
    if settings.save_on_termination and is_first:
        callbacks.append(SaveEachRound(folders.MODEL, pickled=version.pickles))
    try:
        return xgboost.train(
            settings.parameters,
            training,
            num_boost_round=max(settings.rounds - done, 0),
            evals=watched,
            custom_metric=own_metrics(settings.own_metrics, settings.objective)
            if settings.own_metrics
            else None,
            callbacks=callbacks,
            xgb_model=previous,
            verbose_eval=False,
        )
    except xgboost.core.XGBoostError as error:
        raise CustomerError(_reason(error)) from error


def _early_stopping(settings: Settings, channel: str) -> xgboost.callback.EarlyStopping:
    metric = settings.metrics[-1] if settings.metrics else None
    return xgboost.callback.EarlyStopping(
        rounds=settings.early_stopping_rounds,
        metric_name=metric,
        data_name=channel,
        maximize=is_maximised(metric) if metric else None,
        save_best=settings.parameters.get("booster") != "gblinear",
    )


def _resumed(job: TrainingJob) -> tuple[int, xgboost.Booster | None]:
    """How many rounds an interrupted training has behind it, and what it came to."""
    found = checkpoints(job.checkpoints) if job.checkpoints else []
    if not found:
        return 0, None
    last, path = found[-1]
    print(f"Checkpoint of round {last} found, training goes on from there", flush=True)
    return last + 1, artefact.load(path)


def _team(job: TrainingJob, *, has_data: bool) -> list[str]:
    """The hosts that have data, of which there must be one; the first of them keeps the model."""
    if len(job.hosts) == 1:
        team = job.hosts if has_data else []
    else:
        cluster.publish(f"data-{job.current_host}", has_data)
        team = [host for host in job.hosts if cluster.wait_for(f"data-{host}")]
    if not team:
        raise CustomerError(f"No data in training channel path {folders.DATA / 'train'}")
    return team


def _communicator(job: TrainingJob, team: list[str]) -> AbstractContextManager[Any]:
    """Connects the hosts to each other; the first one is where they meet."""
    if len(team) == 1:
        return nullcontext()
    if job.current_host == team[0]:
        tracker = RabitTracker(host_ip="127.0.0.1", n_workers=len(team))
        tracker.start()
        # It lives until all hosts have left it.
        Thread(target=tracker.wait_for, daemon=True).start()
        cluster.publish("tracker", tracker.worker_args())
    arguments = cluster.wait_for("tracker")
    return xgboost.collective.CommunicatorContext(**arguments, dmlc_task_id=job.current_host)


def _check_channels(job: TrainingJob) -> None:
    if "train" not in job.channels:
        raise CustomerError("Missing required channel: train")
    for name in job.channels:
        if name not in CHANNELS:
            raise CustomerError(f"Extraneous channel found: {name}")


def _check_labels(data: xgboost.DMatrix, objective: str) -> None:
    labels = data.get_label()
    if objective.startswith("binary:") and not np.all((labels >= 0) & (labels <= 1)):
        raise CustomerError(
            f"Labels for {objective} must be in [0, 1]; found {labels.min():g} to {labels.max():g}"
        )


def _threads(job: TrainingJob) -> int:
    # Hosts are processes of one machine and share its processors.
    return max(1, (os.cpu_count() or 1) // len(job.hosts))


def _reason(error: xgboost.core.XGBoostError) -> str:
    """What XGBoost says, without the place in its source and the stack below."""
    text = str(error).split("Stack trace")[0].strip()
    first = text.splitlines()[0] if text else "XGBoost failed"
    return first.split(": ", 1)[-1] if first.startswith("[") else first
