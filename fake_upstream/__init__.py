"""A chat service to break: page, accounts, conversations, streamed answers, and an OpenAI-compatible door."""
