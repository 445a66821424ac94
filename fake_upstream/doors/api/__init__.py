"""The door of the API: what answers under `/v1/`, as clients of a paid service know it."""
