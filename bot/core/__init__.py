"""Decisions: plain functions over frozen values. No network, no database, no clock."""
