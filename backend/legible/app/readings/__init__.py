"""Readings: make one from a picture, list, show, fetch the picture, delete."""
