"""Keys that programs call with, instead of somebody's password."""
