"""Plain values that every other room works with: frozen, without I/O."""
