"""Sumun beside its peers, in one run, on pinned cores."""
