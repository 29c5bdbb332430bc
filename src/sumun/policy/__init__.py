"""Which rule applies to which call: documents, matching, explaining. Pure."""
