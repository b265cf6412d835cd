"""The web service: HTTP and database around the reader."""
