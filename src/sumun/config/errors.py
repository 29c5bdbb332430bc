"""What goes wrong with a configuration."""


class ConfigurationError(Exception):
    """The configuration cannot be used; the message names the source, the setting and the mend."""
