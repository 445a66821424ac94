"""The real parts between a person's browser and the service, one set per worker."""
