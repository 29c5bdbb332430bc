"""Tokens of what people work together with, and of who lets them in."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.secrets.form import keyed, token

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    token("atlassian_token", "AT(?:ATT|CTT)3", "[A-Za-z0-9_=-]{100,300}"),
    keyed("atlassian_legacy_token", "(?:atlassian|jira|confluence)", "[A-Za-z0-9]{20}[a-f0-9]{4}"),
    token("linear_key", "lin_(?:api|oauth)_", "[A-Za-z0-9]{40,64}"),
    token("notion_token", "(?:ntn_|secret_)", "[A-Za-z0-9]{43,46}"),
    token("figma_token", "fig[dorun]{1,2}_", "[A-Za-z0-9_-]{40,60}"),
    token("airtable_token", "pat[A-Za-z0-9]{14}", r"\.[a-f0-9]{64}"),
    token("asana_token", "[0-2]/[0-9]{16}", "(?:/[0-9]{16})?:[a-f0-9]{32}"),
    token("dropbox_token", r"sl\.", "(?:u\\.)?[A-Za-z0-9_-]{130,2000}"),
    keyed("box_secret", "box[-_](?:client|developer|api|access)", "[A-Za-z0-9]{32}"),
    keyed("okta_token", "(?:okta|ssws)", "00[A-Za-z0-9_-]{40}"),
    keyed("auth0_secret", "auth0", "[A-Za-z0-9_-]{64}"),
    token("clickup_token", "pk_", "[0-9]{6,9}_[A-Z0-9]{32}"),
    token("trello_token", "ATTA", "[a-f0-9]{64,72}"),
    token("contentful_token", "CFPAT-", "[A-Za-z0-9_-]{43}"),
    token("hubspot_token", "pat-(?:na|eu|ap)[0-9]-", _UUID),
    token("salesforce_session", "00D[A-Za-z0-9]{12,15}!", r"[A-Za-z0-9._]{90,120}"),
    token("typeform_token", "tfp_", r"[A-Za-z0-9_.=-]{44,59}"),
    token("adobe_secret", "p8e-", "[A-Za-z0-9_-]{32}"),
    token("frame_io_token", "fio-u-", "[A-Za-z0-9_=-]{64}"),
    token("readme_key", "rdme_", "[a-z0-9]{70}"),
    # Korea: Kakao's keys, Naver's client secrets, government data.
    token("kakao_authorization", "KakaoAK ", "[a-f0-9]{32}"),
    keyed("kakao_key", "(?:kakao|카카오)", "[a-f0-9]{32}"),
    keyed("naver_secret", "(?:naver|네이버)[-_ ]?(?:client)?[-_ ]?secret", "[A-Za-z0-9_]{10}"),
    token("naver_cloud_key", "ncp_iam_", "[A-Za-z0-9]{20,60}"),
    keyed("naver_cloud_gateway_key", "(?:x-ncp-(?:apigw|iam)|ncp|ncloud)", "[A-Za-z0-9]{40}"),
    keyed(
        "data_go_kr_key",
        "(?:service[-_]?key|data[-_.]go[-_.]kr)",
        "[A-Za-z0-9+/%]{80,110}(?:={1,2})?",
    ),
    token("juso_go_kr_key", "(?:devU01TX|U01TX)", "[A-Za-z0-9+/]{20,60}={0,2}"),
    keyed("solapi_secret", "(?:solapi|coolsms)[a-z_-]{0,10}secret", "[A-Z0-9]{32}"),
)
