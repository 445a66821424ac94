"""What every process here has in common: JSON over HTTP, listening, asking, and command lines."""
