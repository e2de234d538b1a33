"""What a Python shell job does not have."""

import importlib

import pytest


@pytest.mark.parametrize("module", ["context", "job", "dynamicframe", "transforms"])
def test_says_what_is_missing_without_spark(module: str) -> None:
    """On AWS these fail too, with less of an explanation."""
    with pytest.raises(ImportError, match=rf"awsglue\.{module} needs Spark, and this is a Python shell job"):
        importlib.import_module(f"awsglue.{module}")
