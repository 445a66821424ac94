"""Real browsers, and a person in front of one."""
