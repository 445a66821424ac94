"""What the service refuses by itself (who asks, how often, how much), and who fills its places."""
