"""Mails to people with an account: what they say, how they travel, and that nobody waits for it."""
