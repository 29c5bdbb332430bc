"""Detectors that read the event stream and say what looks like a breach."""
