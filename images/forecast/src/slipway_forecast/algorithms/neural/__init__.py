"""What the neural algorithms share: the inputs of a network, windows to learn from, and the training loop."""
