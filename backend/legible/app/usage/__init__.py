"""What was read, by which plan it is billed, and the statement of a month."""
