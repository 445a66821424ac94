"""A fault-injection harness for chat clients: break one real thing, look, try the advice, say whether it worked."""
