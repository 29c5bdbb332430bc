"""Authenticator apps and recovery codes: set up, used once, braked, renewed, removed."""

import base64

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from sumun.oauth.second_factor.authenticators import PAUSE, find_authenticator
from sumun.oauth.sign_in import Attempt, SignInRefused
from sumun.oauth.sign_in.authenticator_app import AuthenticatorApp
from sumun.oauth.sign_in.recovery_code import RecoveryCode


def app_code(enrolment, now):
    return TOTP(base64.b32decode(enrolment.secret), 6, SHA1(), 30).generate(now).decode()


def attempt(user, **form):
    return Attempt(form=form, ticket="ticket", user=user, source="192.0.2.1")


@pytest.fixture
async def enrolled(second_factors, user, clock):
    enrolment = await second_factors.begin(user)
    codes = await second_factors.confirm(user, app_code(enrolment, clock()), source="192.0.2.1")
    clock.advance(30)
    return enrolment, codes


async def test_it_counts_only_once_the_app_has_shown_a_code(second_factors, user, clock):
    method = AuthenticatorApp(second_factors)
    enrolment = await second_factors.begin(user)
    assert not await method.offered_to(user)
    with pytest.raises(SignInRefused):
        await method.prove(attempt(user, code=app_code(enrolment, clock())))
    wrong = await second_factors.confirm(user, "000000", source="")
    assert not isinstance(wrong, list)
    codes = await second_factors.confirm(user, app_code(enrolment, clock()), source="")
    assert len(set(codes)) == 10
    assert await method.offered_to(user)


async def test_what_is_being_set_up_can_be_seen_again_until_it_counts(second_factors, user, clock):
    enrolment = await second_factors.begin(user)
    assert await second_factors.pending(user) == enrolment
    await second_factors.confirm(user, app_code(enrolment, clock()), source="")
    assert await second_factors.pending(user) is None


async def test_an_app_that_counts_is_not_replaced_by_beginning_again(
    second_factors, enrolled, user
):
    assert await second_factors.begin(user) is None


async def test_the_secret_is_sealed_and_bound_to_its_person(
    second_factors, enrolled, user, database
):
    stored = await database.read(find_authenticator, user.user_id)
    assert base64.b32decode(enrolled[0].secret) not in stored.secret
    assert stored.secret.startswith(b"sumun-sealed-v1")


async def test_a_code_is_good_once_also_the_one_that_confirmed(second_factors, user, clock):
    method = AuthenticatorApp(second_factors)
    enrolment = await second_factors.begin(user)
    first = app_code(enrolment, clock())
    await second_factors.confirm(user, first, source="")
    with pytest.raises(SignInRefused):
        await method.prove(attempt(user, code=first))
    clock.advance(30)
    code = app_code(enrolment, clock())
    assert (await method.prove(attempt(user, code=code))).amr == ("otp",)
    with pytest.raises(SignInRefused):
        await method.prove(attempt(user, code=code))


async def test_no_code_from_before_the_last_used_one_is_good(second_factors, enrolled, user, clock):
    method = AuthenticatorApp(second_factors)
    earlier = app_code(enrolled[0], clock())
    clock.advance(30)
    await method.prove(attempt(user, code=app_code(enrolled[0], clock())))
    with pytest.raises(SignInRefused):
        await method.prove(attempt(user, code=earlier))


async def test_after_five_wrong_codes_even_the_right_one_must_wait(
    second_factors, enrolled, user, clock
):
    method = AuthenticatorApp(second_factors)
    for _ in range(5):
        with pytest.raises(SignInRefused, match="wrong"):
            await method.prove(attempt(user, code="000000"))
    with pytest.raises(SignInRefused, match="too_many") as refused:
        await method.prove(attempt(user, code=app_code(enrolled[0], clock())))
    assert refused.value.wait == PAUSE
    clock.advance(PAUSE)
    await method.prove(attempt(user, code=app_code(enrolled[0], clock())))


async def test_right_codes_cost_nothing(second_factors, enrolled, user, clock):
    method = AuthenticatorApp(second_factors)
    for _ in range(20):
        await method.prove(attempt(user, code=app_code(enrolled[0], clock())))
        clock.advance(30)


@pytest.mark.parametrize("spelling", [str, str.upper, lambda code: code.replace("-", " ")])
async def test_a_recovery_code_is_good_once_however_it_is_typed(
    second_factors, enrolled, user, spelling
):
    method = RecoveryCode(second_factors)
    code = spelling(enrolled[1][3])
    assert (await method.prove(attempt(user, recovery_code=code))).user == user
    with pytest.raises(SignInRefused):
        await method.prove(attempt(user, recovery_code=code))
    assert (await second_factors.status(user)).recovery_codes == 9


@pytest.mark.parametrize("code", ["", "-", "0000-0000-0000-0000", "\ud800", "x" * 10_000])
async def test_nothing_else_is_a_recovery_code(second_factors, enrolled, user, code):
    with pytest.raises(SignInRefused):
        await RecoveryCode(second_factors).prove(attempt(user, recovery_code=code))


async def test_a_recovery_code_of_somebody_else_is_none(second_factors, enrolled, user):
    other = type(user)(user_id="user-2", username="other", password_hash="-")
    with pytest.raises(SignInRefused):
        await RecoveryCode(second_factors).prove(attempt(other, recovery_code=enrolled[1][0]))


async def test_renewed_codes_replace_the_earlier_ones(second_factors, enrolled, user, audit):
    renewed = await second_factors.renew_recovery_codes(user, source="")
    method = RecoveryCode(second_factors)
    with pytest.raises(SignInRefused):
        await method.prove(attempt(user, recovery_code=enrolled[1][0]))
    await method.prove(attempt(user, recovery_code=renewed[0]))
    actions = [event["action_taken"] for event in await audit.tail(10)]
    assert actions == ["added", "recovery_codes_renewed"]


async def test_removed_nothing_of_it_is_left(second_factors, enrolled, user):
    await second_factors.remove(user, source="")
    assert await second_factors.status(user) == (None, 0)
    assert not await AuthenticatorApp(second_factors).offered_to(user)
    assert not await RecoveryCode(second_factors).offered_to(user)
    assert await second_factors.begin(user) is not None


async def test_neither_is_offered_before_it_is_known_who_it_is(second_factors):
    assert not await AuthenticatorApp(second_factors).offered_to(None)
    assert not await RecoveryCode(second_factors).offered_to(None)
