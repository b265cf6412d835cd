"""What people say of readings."""
