"""Who may come in: registering, logging in, and who I am."""
