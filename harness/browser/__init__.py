"""Real browsers: how they are launched, and the scripts that look at a page from within."""
