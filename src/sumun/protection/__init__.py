"""What is done with a finding: mask, redact, hash, tokenize, encrypt, restore. Pure, given keys."""
