"""What is foretold: which arms there are, what should follow, where a scenario disagrees."""
