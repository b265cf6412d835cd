"""What the people who run the service may do."""
