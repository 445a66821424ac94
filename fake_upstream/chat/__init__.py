"""What the service knows: accounts, conversations, answers, files, tickets, and what happened."""
