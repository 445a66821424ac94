"""The chat page as it is served: its files, and its releases."""
