"""A channel as a matrix, by its content type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xgboost

from slipway_contract.errors import CustomerError
from slipway_xgboost.data.columns import read_csv, read_parquet
from slipway_xgboost.data.files import data_files
from slipway_xgboost.data.libsvm import read_libsvm

if TYPE_CHECKING:
    from slipway_contract.training import Channel

CSV = {"csv", "text/csv"}
LIBSVM = {"libsvm", "text/libsvm", "text/x-libsvm"}
PARQUET = {"parquet", "application/x-parquet"}
PROTOBUF = {"recordio-protobuf", "application/x-recordio-protobuf"}
DEFAULT_TYPE = "libsvm"


def load_channel(channel: Channel, *, csv_weights: bool, threads: int) -> xgboost.DMatrix | None:
    """Reads all files of a channel.

    Returns:
        The matrix, or nothing where this host got no data.

    Raises:
        CustomerError: when the data cannot be what the content type says.
    """
    content_type = _content_type(channel)
    files = data_files(channel.folder)
    if not files:
        return None
    if content_type in CSV:
        table = read_csv(files, with_weights=csv_weights)
    elif content_type in PARQUET:
        table = read_parquet(files)
    else:
        table = read_libsvm(files)
    return xgboost.DMatrix(table.features, label=table.labels, weight=table.weights, nthread=threads)


def _content_type(channel: Channel) -> str:
    kind, *parameters = (channel.content_type or DEFAULT_TYPE).lower().replace(" ", "").split(";")
    if kind in PROTOBUF:
        raise CustomerError(
            f"{_unsupported(channel)} recordio-protobuf is not supported by this version of Slipway"
        )
    if kind not in CSV | LIBSVM | PARQUET:
        known = ", ".join(sorted(CSV | LIBSVM | PARQUET | PROTOBUF))
        raise CustomerError(f"{_unsupported(channel)} content type {kind} is none of {known}")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "label_size" and value != "1":
            raise CustomerError(f"{_unsupported(channel)} label_size must be 1, not {value}")
    return kind


def _unsupported(channel: Channel) -> str:
    return f"Channel configuration for '{channel.name}' channel is not supported:"
