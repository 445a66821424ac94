"""One arm, from a new person to its verdict: its seven steps, a worker's arms, and judging again."""
