import pytest
from cryptography.fernet import Fernet, MultiFernet

from sumun.protection import DecryptionError, FernetService, InvalidText

OLD, NEW = Fernet(Fernet.generate_key()), Fernet(Fernet.generate_key())


def test_a_text_goes_there_and_back():
    service = FernetService(MultiFernet([NEW]))
    token = service.encrypt("Customer email: 고객@company.com 🙂")
    assert "company" not in token
    assert service.decrypt(token) == "Customer email: 고객@company.com 🙂"


def test_an_older_key_still_decrypts():
    token = FernetService(MultiFernet([OLD])).encrypt("x")
    assert FernetService(MultiFernet([NEW, OLD])).decrypt(token) == "x"


@pytest.mark.parametrize("token", ["", "abc", "한글", "\ud800", "gAAAAA" + "A" * 100])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(DecryptionError, match="altered"):
        FernetService(MultiFernet([NEW])).decrypt(token)


def test_a_token_of_another_key_is_refused():
    with pytest.raises(DecryptionError):
        FernetService(MultiFernet([NEW])).decrypt(FernetService(MultiFernet([OLD])).encrypt("x"))


def test_a_lone_surrogate_is_refused():
    with pytest.raises(InvalidText):
        FernetService(MultiFernet([NEW])).encrypt("\ud800")
