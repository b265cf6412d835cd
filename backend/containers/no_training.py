"""Fails when a package for training is installed where this runs."""

import sys
from importlib.metadata import distributions

UNWANTED = {"tensorflow", "keras", "torch", "legible-trainer"}

installed = {found.metadata["Name"].lower() for found in distributions()}
if "legible" not in installed or UNWANTED & installed:
    sys.exit(f"expected legible and none of {sorted(UNWANTED)}, got {sorted(installed)}")
