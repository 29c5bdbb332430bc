"""The detectors, one file for each kind of trouble."""
