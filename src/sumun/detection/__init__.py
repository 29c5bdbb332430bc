"""What personal data and secrets look like: text in, findings out. Pure."""
