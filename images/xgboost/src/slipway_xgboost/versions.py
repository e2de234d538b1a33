"""Which version of SageMaker's image was asked for, and how the versions differ."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

LEGACY_REPOSITORY = "xgboost"
LEGACY = (0, 72, 0)
NEWEST = (3, 0, 5)


@dataclass(frozen=True)
class ImageVersion:
    """A tag such as `1.7-1` as numbers: `(1, 7, 1)`."""

    numbers: tuple[int, ...]

    @property
    def is_legacy(self) -> bool:
        """The 0.72 container, `xgboost:1`."""
        return self.numbers == LEGACY

    @property
    def knows_silent(self) -> bool:
        """Whether the hyperparameter `silent` is legal."""
        return self.numbers <= (1, 0, 1)

    @property
    def knows_cross_validation(self) -> bool:
        """Whether `_kfold` and `_num_cv_round` are legal."""
        return self.numbers >= (1, 2, 2)

    @property
    def knows_dask(self) -> bool:
        """Whether `use_dask_gpu_training` is legal."""
        return self.numbers >= (1, 5, 1)

    @property
    def knows_absolute_error(self) -> bool:
        """Whether the objective `reg:absoluteerror` is legal."""
        return self.numbers >= (1, 7, 1)

    @property
    def pickles(self) -> bool:
        """Whether the artefact is a pickled Booster rather than XGBoost's own format."""
        return self.numbers <= (1, 2, 2)

    @property
    def negotiates(self) -> bool:
        """Whether the answer's type follows the Accept header."""
        return self.numbers >= (1, 2, 2)

    @property
    def counts_errors(self) -> bool:
        """Whether binary:logistic reports `error` by default, as XGBoost did before 1.3."""
        return self.numbers < (1, 3)


def asked_version() -> ImageVersion:
    """The version in `SLIPWAY_IMAGE`; the newest where it says nothing else."""
    repository, _, tag = os.environ.get("SLIPWAY_IMAGE", "").partition(":")
    numbers = tuple(int(number) for number in re.findall(r"\d+", re.sub(r"-cpu-py\d", "", tag)))
    if repository == LEGACY_REPOSITORY and numbers in {(), (1,)}:
        return ImageVersion(LEGACY)
    return ImageVersion(numbers if len(numbers) > 1 else NEWEST)
