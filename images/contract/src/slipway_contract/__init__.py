"""The SageMaker container contract, as far as all algorithm images share it."""
