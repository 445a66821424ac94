"""How the real parts come onto this machine: looked for, built, downloaded or installed."""
