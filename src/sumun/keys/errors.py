"""What goes wrong with key material."""


class KeyMaterialError(Exception):
    """Key material cannot be used; the message is one line naming the file and the mend."""


class SignerUnavailable(Exception):
    """What holds the private key does not answer, or not in time; ask again later."""
