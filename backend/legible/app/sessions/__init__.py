"""Where somebody is logged in: starting, refreshing, listing and ending sessions."""
