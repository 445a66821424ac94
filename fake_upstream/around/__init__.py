"""What stands beside the service: its status page, other hosts, and instances before its store."""
