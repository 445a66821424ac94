"""The bench: ratios that are measured side by side in one run. It asserts nothing."""
