"""Passkeys: both ceremonies, and everything about them that may be wrong (N82)."""

import json

import pytest
from tests.unit.oauth.people.device import BE, BS, UP, UV, Device

from sumun.oauth.passkeys import PasskeyRefused, Passkeys
from sumun.oauth.passkeys.challenges import LIFETIME, ChallengeRefused, Challenges
from sumun.oauth.passkeys.relying_party import RelyingParty
from sumun.oauth.sign_in import Attempt, SignInRefused
from sumun.oauth.sign_in.passkey import PasskeySignIn
from sumun.oauth.users import User, add_user, disable_user

SESSION, TICKET = "session-1", "ticket-1"


@pytest.fixture
def passkeys(database, audit, root, clock):
    return Passkeys(
        "https://gate.example/auth",
        database=database,
        audit=audit,
        root_secret=root,
        clock=clock,
    )


async def register(passkeys, user, device, *, session=SESSION, answered_in=SESSION, name="Phone"):
    options = await passkeys.registration_options(user, session)
    await passkeys.register(user, answered_in, device.create(options), name, source="192.0.2.1")


async def sign_in(passkeys, device, *, ticket=TICKET, answered_in=TICKET):
    answer = device.get(passkeys.sign_in_options(ticket))
    return await passkeys.sign_in(answered_in, answer, source="192.0.2.1")


@pytest.fixture
async def device(passkeys, user):
    made = Device()
    await register(passkeys, user, made)
    return made


async def test_a_passkey_signs_its_person_in(passkeys, user, device, audit):
    assert await sign_in(passkeys, device) == (user, "hwk")
    [passkey] = await passkeys.of(user)
    assert passkey.name == "Phone"
    assert passkey.used_at is not None
    assert [event["action_taken"] for event in await audit.tail(5)] == ["added"]


async def test_one_that_is_synchronised_counts_as_software(passkeys, user):
    device = Device()
    device.flags |= BE | BS
    await register(passkeys, user, device)
    assert await sign_in(passkeys, device) == (user, "swk")
    assert (await passkeys.of(user))[0].backed_up


def bend(**attributes):
    def bent(device):
        for name, value in attributes.items():
            setattr(device, name, value)

    return bent


ODD = [
    pytest.param(bend(origin="https://evil.example"), id="N82 wrong origin"),
    pytest.param(bend(origin="http://gate.example"), id="N82 origin of another scheme"),
    pytest.param(bend(origin="https://gate.example:8443"), id="N82 origin of another port"),
    pytest.param(bend(origin="https://gate.example/"), id="N82 origin with a path"),
    pytest.param(bend(rp_id="evil.example"), id="N82 wrong RP id"),
    pytest.param(bend(rp_id="example"), id="N82 RP id of a parent domain"),
    pytest.param(bend(flags=UP), id="N82 UV missing"),
    pytest.param(bend(flags=UV), id="N82 UP missing"),
    pytest.param(bend(client_data={"crossOrigin": True}), id="in the frame of another site"),
    pytest.param(bend(client_data={"type": "payment.get"}), id="of another type"),
    pytest.param(bend(client_data={"challenge": ""}), id="no challenge"),
    pytest.param(bend(client_data={"challenge": "A" * 75}), id="a challenge of nobody"),
    pytest.param(bend(client_data={"challenge": None}), id="a challenge that is none"),
]


@pytest.mark.parametrize("odd", ODD)
async def test_n82_no_odd_passkey_is_registered(passkeys, user, odd):
    device = Device()
    odd(device)
    with pytest.raises(PasskeyRefused):
        await register(passkeys, user, device)
    assert await passkeys.of(user) == []


@pytest.mark.parametrize("odd", ODD)
async def test_n82_nobody_signs_in_with_an_odd_answer(passkeys, device, odd):
    odd(device)
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, device)


@pytest.mark.parametrize("odd", [bend(alg=-37), bend(fmt="tpm"), bend(fmt="nonsense")])
async def test_keys_and_statements_of_other_kinds_are_refused(passkeys, user, odd):
    device = Device()
    odd(device)
    with pytest.raises(PasskeyRefused):
        await register(passkeys, user, device)


async def test_n82_a_challenge_is_answered_once_registering(passkeys, user):
    device = Device()
    answer = device.create(await passkeys.registration_options(user, SESSION))
    await passkeys.register(user, SESSION, answer, "", source="")
    await passkeys.remove(user, device.credential_id, source="")
    with pytest.raises(PasskeyRefused):
        await passkeys.register(user, SESSION, answer, "", source="")


async def test_n82_a_challenge_is_answered_once_signing_in(passkeys, user, device):
    answer = device.get(passkeys.sign_in_options(TICKET))
    await passkeys.sign_in(TICKET, answer, source="")
    with pytest.raises(PasskeyRefused):
        await passkeys.sign_in(TICKET, answer, source="")


async def test_n82_a_challenge_is_good_only_where_it_was_asked(passkeys, user, device, database):
    with pytest.raises(PasskeyRefused):
        await register(passkeys, user, Device(), answered_in="session-2")
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, device, answered_in="ticket-2")
    other = User(user_id="user-2", username="other", password_hash="-")
    options = await passkeys.registration_options(user, SESSION)
    with pytest.raises(PasskeyRefused):
        await passkeys.register(other, SESSION, Device().create(options), "", source="")
    made_for_signing_in = {**options, "challenge": passkeys.sign_in_options(SESSION)["challenge"]}
    with pytest.raises(PasskeyRefused):
        await passkeys.register(user, SESSION, Device().create(made_for_signing_in), "", source="")


async def test_n82_a_challenge_expires(passkeys, device, clock):
    answer = device.get(passkeys.sign_in_options(TICKET))
    clock.advance(LIFETIME)
    with pytest.raises(PasskeyRefused):
        await passkeys.sign_in(TICKET, answer, source="")


@pytest.mark.parametrize("then", [5, 4, 0])
async def test_n82_a_counter_that_is_not_ahead_is_refused_and_recorded(
    passkeys, device, audit, then
):
    device.count = 5
    await sign_in(passkeys, device)
    device.count = then
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, device)
    assert (await audit.tail(5))[-1]["action_taken"] == "copy_suspected"
    device.count = 6
    await sign_in(passkeys, device)


async def test_a_device_that_does_not_count_signs_in_again_and_again(passkeys, device):
    for _ in range(3):
        await sign_in(passkeys, device)


async def test_the_signature_must_be_that_of_the_registered_key(passkeys, user, device):
    thief = Device()
    thief.credential_id = device.credential_id
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, thief)


async def test_a_user_handle_of_somebody_else_is_refused(passkeys, device):
    device.user_handle = "dXNlci0y"
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, device)


async def test_a_passkey_nobody_has_is_refused(passkeys):
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, Device())


async def test_who_is_let_in_no_longer_is_not_with_a_passkey_either(
    passkeys, user, device, database
):
    await database.write(disable_user, user.user_id, now=1)
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, device)


async def test_a_passkey_is_registered_once_whoever_asks(passkeys, user, device, database):
    other = User(user_id="user-2", username="other", password_hash="-")
    await database.write(add_user, other)
    with pytest.raises(PasskeyRefused, match="known"):
        await register(passkeys, other, device)


async def test_nobody_has_more_than_twenty(passkeys, user):
    for _ in range(20):
        await register(passkeys, user, Device())
    with pytest.raises(PasskeyRefused, match="limit"):
        await register(passkeys, user, Device())


async def test_only_its_person_removes_it(passkeys, user, device):
    other = User(user_id="user-2", username="other", password_hash="-")
    await passkeys.remove(other, device.credential_id, source="")
    assert len(await passkeys.of(user)) == 1
    await passkeys.remove(user, device.credential_id, source="")
    with pytest.raises(PasskeyRefused):
        await sign_in(passkeys, device)


def mutilations(answer):
    """The answer with each member that matters missing, of another type, or cut short."""
    whole = json.loads(answer)
    for path in [(), ("response",)]:
        members = whole["response"] if path else {"id", "rawId", "type", "response"}
        for name in members:
            for value in [None, 0, "", "!", "AAAA", [], {}, "A" * 1000]:
                if (name, value) == ("userHandle", None):
                    continue
                odd = json.loads(answer)
                (odd["response"] if path else odd)[name] = value
                yield json.dumps(odd)
    yield from ["", "null", "[]", "{}", "{", "[" * 5000, "\ud800", "A" * 100_000]


async def test_nothing_malformed_does_anything_else_than_being_refused(passkeys, user, device):
    options = await passkeys.registration_options(user, SESSION)
    for answer in mutilations(Device().create(options)):
        with pytest.raises(PasskeyRefused):
            await passkeys.register(user, SESSION, answer, "", source="")
    for answer in mutilations(device.get(passkeys.sign_in_options(TICKET))):
        with pytest.raises(PasskeyRefused):
            await passkeys.sign_in(TICKET, answer, source="")


async def test_as_a_way_to_sign_in_it_says_wrong_and_nothing_more(passkeys, device):
    method = PasskeySignIn(passkeys)
    described = await method.describe(TICKET, None)
    form = {"credential": device.get(described["options"])}
    attempt = Attempt(form=form, ticket=TICKET, user=None, source="192.0.2.1")
    assert (await method.prove(attempt)).amr == ("hwk", "user")
    with pytest.raises(SignInRefused, match="wrong"):
        await method.prove(attempt)


@pytest.mark.parametrize(
    ("issuer", "rp_id", "origin"),
    [
        ("https://gate.example", "gate.example", "https://gate.example"),
        ("https://gate.example:443/a", "gate.example", "https://gate.example"),
        ("https://Gate.Example:8443", "gate.example", "https://gate.example:8443"),
        ("http://localhost:8081", "localhost", "http://localhost:8081"),
        ("http://gate.example", "", "http://gate.example"),
        ("https://192.0.2.1", "", "https://192.0.2.1"),
        ("http://127.0.0.1:8081", "", "http://127.0.0.1:8081"),
    ],
)
def test_the_relying_party_is_the_issuer(issuer, rp_id, origin):
    assert RelyingParty.of(issuer) == (rp_id, origin)


def test_a_challenge_cannot_be_made_or_bound_anew(clock):
    challenges = Challenges(b"k" * 32, clock)
    challenge = challenges.mint("sign-in", "ticket")
    challenges.check(challenge, "sign-in", "ticket")
    for at in range(len(challenge)):
        bent = challenge[:at] + bytes([challenge[at] ^ 1]) + challenge[at + 1 :]
        with pytest.raises(ChallengeRefused):
            challenges.check(bent, "sign-in", "ticket")
    for bound_to in [("sign-in", "ticke", "t"), ("sign-inticket",), ("register", "ticket")]:
        with pytest.raises(ChallengeRefused):
            challenges.check(challenge, *bound_to)
    with pytest.raises(ChallengeRefused):
        Challenges(b"l" * 32, clock).check(challenge, "sign-in", "ticket")
