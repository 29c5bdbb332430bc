"""What the commands say, in Korean, by what they say in English."""

TEXTS: dict[str, str] = {}
