"""Reading a picture of somebody without an account; nothing of it is kept."""
