"""Hyperparameter optimisation: which values of training parameters forecast a window best."""
