"""Everything that answers HTTP: the page's API, the OpenAI-compatible one, and the control listener."""
