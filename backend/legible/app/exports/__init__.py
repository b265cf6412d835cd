"""Readings as a file to take away: CSV, JSON Lines, XLSX."""
