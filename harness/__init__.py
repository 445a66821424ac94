"""A fault-injection harness for chat clients: break one real thing, look, try the advice, say whether it worked.

`chatfault run` imports this before pytest sees that a plugin lives here: PYTEST_DONT_REWRITE, and no warning of it.
"""
