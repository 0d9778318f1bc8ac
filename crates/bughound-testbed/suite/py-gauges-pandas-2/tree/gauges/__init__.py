"""Levels of rivers."""
