"""SageMaker's framework image for programs with scikit-learn."""
