"""The faults that the service itself makes, while they are armed."""
