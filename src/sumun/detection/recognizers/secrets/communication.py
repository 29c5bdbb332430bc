"""Tokens of messengers, mail and telephony services."""

import base64
import binascii
import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.secrets.form import (
    STOP,
    STRUCTURED,
    is_placeholder,
    keyed,
    token,
)

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _discord(value: str) -> bool:
    """Tell whether a bot's token begins with its identifier, a decimal number in base64."""
    identifier = value.partition(".")[0]
    try:
        return base64.urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4)).isdigit()
    except binascii.Error:
        return False


def _webhook(name: str, host: str, path: str) -> PatternRecognizer:
    """Return the recognizer of addresses that whoever knows them may write to."""
    return PatternRecognizer(
        name=name,
        entity_type="API_KEY",
        trigger=host.encode(),
        pattern=re.compile(rf"(?P<value>https://{host}{path}){STOP}"),
        judge=lambda match: 0.0 if is_placeholder(match["value"]) else STRUCTURED,
    )


RECOGNIZERS: tuple[Recognizer, ...] = (
    token("slack_token", "xox[abeoprs]-", "[A-Za-z0-9-]{10,250}"),
    token("slack_config_token", r"xoxe\.xox[bp]-", "[0-9]-[A-Z0-9]{100,200}"),
    token("slack_app_token", "xapp-[0-9]-", "[A-Za-z0-9-]{10,250}"),
    _webhook(
        "slack_webhook",
        r"hooks\.slack\.com/",
        r"(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,100}",
    ),
    token(
        "discord_bot_token",
        "",
        r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}",
        trigger=r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.",
        check=_discord,
    ),
    _webhook(
        "discord_webhook",
        r"discord(?:app)?\.com/api/webhooks/",
        r"[0-9]{17,20}/[A-Za-z0-9_-]{60,72}",
    ),
    _webhook(
        "teams_webhook",
        r"[a-z0-9-]{1,40}\.webhook\.office\.com/",
        r"webhookb2/[a-zA-Z0-9@/-]{80,200}",
    ),
    _webhook(
        "google_chat_webhook",
        r"chat\.googleapis\.com/v1/spaces/",
        r"[A-Za-z0-9_-]{8,20}/messages\?key=[A-Za-z0-9_-]{20,60}&token=[A-Za-z0-9_%=-]{20,80}",
    ),
    token("telegram_bot_token", "[0-9]{8,10}:AA", "[A-Za-z0-9_-]{33}", trigger="[0-9]{8}:AA"),
    token("twilio_key", "SK", "[0-9a-f]{32}"),
    keyed("twilio_auth_token", "twilio", "[0-9a-f]{32}"),
    token("sendgrid_key", r"SG\.", r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    token("mailgun_key", "(?:key|pubkey)-", "[0-9a-f]{32}"),
    keyed("mailgun_signing_key", "mailgun", "[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
    token("mailchimp_key", "", "[0-9a-f]{32}-us[0-9]{1,2}", trigger="[0-9a-f]{32}-us[0-9]"),
    token("mandrill_key", "md-", "[A-Za-z0-9_-]{22}"),
    keyed("postmark_token", "postmark", _UUID),
    token("brevo_key", "x(?:key|smtp)sib-", "[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    token("resend_key", "re_", "[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    keyed("vonage_secret", "(?:vonage|nexmo)", "[A-Za-z0-9]{16}"),
    keyed("messagebird_key", "message[-_]?bird", "[A-Za-z0-9]{25}"),
    keyed("sendbird_token", "sendbird", "[a-f0-9]{40}"),
    keyed("intercom_token", "intercom", "[A-Za-z0-9=_-]{60}"),
    keyed("zendesk_token", "zendesk", "[A-Za-z0-9]{40}"),
    keyed("line_channel_token", "line[-_ ]?channel", "[A-Za-z0-9+/]{100,200}={0,2}"),
    token("facebook_token", "EAA", "[A-Za-z0-9]{80,400}"),
    token(
        "twitter_bearer_token",
        "A{21}",
        "[A-Za-z0-9]{5,40}(?:%[0-9A-F]{2}[A-Za-z0-9]{0,60}){1,6}",
        trigger="A{21}[A-Za-z0-9]{5,40}%",
    ),
    keyed("twitch_token", "twitch", "[a-z0-9]{30}"),
)
