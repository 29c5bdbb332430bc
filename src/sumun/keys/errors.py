"""What goes wrong with key material."""


class KeyMaterialError(Exception):
    """Key material cannot be used; the message is one line naming the file and the mend."""
