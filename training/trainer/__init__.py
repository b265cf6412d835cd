"""Trains, measures and exports the networks that Legible serves."""
