"""How many streams the API's door carries, beside a plain handler that writes the same events."""
