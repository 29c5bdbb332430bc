"""The two ceremonies: registering a passkey, and signing in with one (WebAuthn §7)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    CollectedClientData,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sumun.audit import AuditLog, Event
from sumun.keys import RootSecret
from sumun.oauth.passkeys.challenges import LIFETIME, Challenge, ChallengeRefused, Challenges
from sumun.oauth.passkeys.passkey import (
    ChallengeUsed,
    CounterWentBack,
    Passkey,
    PasskeyLimit,
    add_passkey,
    find_passkey,
    list_passkeys,
    remove_passkey,
    use_passkey,
)
from sumun.oauth.passkeys.relying_party import RelyingParty
from sumun.oauth.users import User, find_user_by_id
from sumun.storage import Conflict, Database, Transaction

_REGISTER: Final = "register"
_SIGN_IN: Final = "sign-in"
_RESPONSE_LIMIT: Final = 12 * 1024
_NAME_LIMIT: Final = 60
_ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_FORMATS: Final = {AttestationFormat.NONE, AttestationFormat.PACKED}

T = TypeVar("T")


class PasskeyRefused(Exception):
    """The answer of the device is not accepted; ``reason`` is ``invalid``, ``known`` or ``limit``.

    Why it is invalid is for nobody but a developer, and stands in the cause.
    """

    def __init__(self, reason: str = "invalid") -> None:
        super().__init__(reason)
        self.reason = reason


class Passkeys:
    """Passkeys of everybody.

    Parameters
    ----------
    issuer:
        From which the relying party and the one acceptable origin follow.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        issuer: str,
        *,
        database: Database,
        audit: AuditLog,
        root_secret: RootSecret,
        clock: Callable[[], float],
    ) -> None:
        self._rp = RelyingParty.of(issuer)
        self._database = database
        self._audit = audit
        self._challenges = Challenges(root_secret.derive("passkey-challenges"), clock)
        self._clock = clock

    @property
    def available(self) -> bool:
        """Whether browsers offer passkeys at this issuer at all."""
        return bool(self._rp.rp_id)

    async def of(self, user: User) -> list[Passkey]:
        """Return a person's passkeys, oldest first."""
        return await self._database.read(list_passkeys, user.user_id)

    async def registration_options(self, user: User, bound_to: str) -> Mapping[str, Any]:
        """Return what a browser needs to make a passkey, for one session only."""
        known = await self.of(user)
        options = generate_registration_options(
            rp_id=self._rp.rp_id,
            rp_name="Sumun",
            user_id=user.user_id.encode(),
            user_name=user.username,
            challenge=self._challenges.mint(_REGISTER, bound_to, user.user_id),
            timeout=LIFETIME * 1000,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=p.credential_id) for p in known],
            supported_pub_key_algs=_ALGORITHMS,
        )
        return _plain(options_to_json(options))

    async def register(
        self, user: User, bound_to: str, response: str, name: str, *, source: str
    ) -> None:
        """Keep the passkey that a device made.

        Raises
        ------
        PasskeyRefused
            If the answer is not to a challenge of this session, not of our page, without the
            person being verified, or otherwise not as it must be.
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing is kept then.

        """
        passkey, challenge = self._registered(user, bound_to, response, name)
        event = _event(user.user_id, "added", source)
        try:
            await self._audit.write(
                [event], add_passkey, passkey, challenge.claim, expires_at=challenge.expires_at
            )
        except PasskeyLimit:
            raise PasskeyRefused("limit") from None
        except Conflict:
            raise PasskeyRefused("known") from None
        except ChallengeUsed as error:
            raise PasskeyRefused from error

    def sign_in_options(self, bound_to: str) -> Mapping[str, Any]:
        """Return what a browser needs to sign somebody in, for one pending request only."""
        options = generate_authentication_options(
            rp_id=self._rp.rp_id,
            challenge=self._challenges.mint(_SIGN_IN, bound_to),
            timeout=LIFETIME * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _plain(options_to_json(options))

    async def sign_in(self, bound_to: str, response: str, *, source: str) -> tuple[User, str]:
        """Return who signed, and what that amounts to (RFC 8176): ``hwk`` or ``swk``.

        Raises
        ------
        PasskeyRefused
            If the passkey is not known, or the answer is not as it must be; also if its counter
            went back, which is recorded.
        AuditUnavailable, StorageError
            If it cannot be looked up or recorded.

        """
        credential = _parsed(parse_authentication_credential_json, response)
        known = await self._database.read(_find_with_user, credential.raw_id)
        if known is None:
            raise PasskeyRefused
        passkey, user = known
        if credential.response.user_handle not in (None, user.user_id.encode()):
            raise PasskeyRefused
        challenge = self._challenge(credential, _SIGN_IN, bound_to)
        verified = _judged(
            partial(
                verify_authentication_response,
                credential=credential,
                expected_challenge=_client_data(credential).challenge,
                expected_rp_id=self._rp.rp_id,
                expected_origin=self._rp.origin,
                credential_public_key=passkey.public_key,
                # The counter is judged where it is stored, so that two uses at once are seen.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        )
        try:
            await self._database.write(
                use_passkey,
                passkey.credential_id,
                challenge.claim,
                expires_at=challenge.expires_at,
                sign_count=verified.new_sign_count,
                backed_up=verified.credential_backed_up,
                now=int(self._clock()),
            )
        except ChallengeUsed as error:
            raise PasskeyRefused from error
        except CounterWentBack as error:
            await self._audit.record(_event(user.user_id, "copy_suspected", source))
            raise PasskeyRefused from error
        single = verified.credential_device_type == CredentialDeviceType.SINGLE_DEVICE
        return user, "hwk" if single else "swk"

    async def remove(self, user: User, credential_id: bytes, *, source: str) -> None:
        """Forget a passkey of the person."""
        await self._audit.write(
            [_event(user.user_id, "removed", source)], remove_passkey, user.user_id, credential_id
        )

    def _registered(
        self, user: User, bound_to: str, response: str, name: str
    ) -> tuple[Passkey, Challenge]:
        credential = _parsed(parse_registration_credential_json, response)
        challenge = self._challenge(credential, _REGISTER, bound_to, user.user_id)
        verified = _judged(
            partial(
                verify_registration_response,
                credential=credential,
                expected_challenge=_client_data(credential).challenge,
                expected_rp_id=self._rp.rp_id,
                expected_origin=self._rp.origin,
                require_user_verification=True,
                supported_pub_key_algs=_ALGORITHMS,
            )
        )
        if verified.fmt not in _FORMATS:
            raise PasskeyRefused
        passkey = Passkey(
            credential_id=verified.credential_id,
            user_id=user.user_id,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=name[:_NAME_LIMIT],
            aaguid=verified.aaguid,
            backed_up=verified.credential_backed_up,
            created_at=int(self._clock()),
        )
        return passkey, challenge

    def _challenge(
        self, credential: RegistrationCredential | AuthenticationCredential, *bound_to: str
    ) -> Challenge:
        data = _client_data(credential)
        # WebAuthn §5.8.1: our pages are in nobody's frame.
        if data.cross_origin:
            raise PasskeyRefused
        try:
            return self._challenges.check(data.challenge, *bound_to)
        except ChallengeRefused as error:
            raise PasskeyRefused from error


def _find_with_user(tx: Transaction, credential_id: bytes) -> tuple[Passkey, User] | None:
    passkey = find_passkey(tx, credential_id)
    user = None if passkey is None else find_user_by_id(tx, passkey.user_id)
    if passkey is None or user is None or user.disabled_at is not None:
        return None
    return passkey, user


def _client_data(
    credential: RegistrationCredential | AuthenticationCredential,
) -> CollectedClientData:
    return _judged(partial(parse_client_data_json, credential.response.client_data_json))


def _parsed(parse: Callable[[str], T], response: str) -> T:
    if len(response) > _RESPONSE_LIMIT:
        raise PasskeyRefused
    return _judged(partial(parse, response))


def _judged(judge: Callable[[], T]) -> T:
    """Return what the library says, or refuse: its parsers raise whatever they stumble on."""
    try:
        return judge()
    except Exception as error:
        raise PasskeyRefused from error


def _plain(options: str) -> Mapping[str, Any]:
    return msgspec.json.decode(options, type=dict[str, Any])


def _event(user_id: str, action: str, source: str) -> Event:
    return Event(event_type="passkey", user_id=user_id, action_taken=action, source=source)
