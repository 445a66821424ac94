"""The language of scenarios and runbooks: YAML to values, with every error at its place."""
