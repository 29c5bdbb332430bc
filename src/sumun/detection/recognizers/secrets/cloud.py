"""Keys of clouds, hosts and networks."""

import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer
from sumun.detection.recognizers.secrets.checksums import has_crc, is_common_annotated
from sumun.detection.recognizers.secrets.form import STRUCTURED, keyed, token

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_BASE64 = "[A-Za-z0-9+/]"


def _azure_key(name: str, before: int, signature: str, end: str) -> Recognizer:
    """Return the recognizer of Azure keys with a fixed signature before their checksum.

    They begin with random text, so they are found by the signature.
    """
    body = rf"{_BASE64}{{{before}}}(?:{signature}){_BASE64}{{5}}{end}"
    return token(name, "", body, trigger=rf"(?:{signature}){_BASE64}{{5}}{end}")


def _common_annotated(value: str) -> bool | None:
    return is_common_annotated(value) or None  # the algorithm of some issuers is not published


RECOGNIZERS: tuple[Recognizer, ...] = (
    token("aws_access_key", "(?:AKIA|ASIA|ABIA|ACCA)", "[A-Z2-7]{16}", plain=True),
    keyed(
        "aws_secret_key",
        "(?:aws|secret)[-_]?(?:secret|access)[-_]?(?:access)?",
        r"[A-Za-z0-9/+]{40}",
    ),
    token("aws_session_token", "(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)", r"[A-Za-z0-9+/=]{100,4000}"),
    token("aws_bedrock_key", "ABSK", r"[A-Za-z0-9+/]{109,269}={0,2}"),
    token("google_api_key", "AIza", "[A-Za-z0-9_-]{35}"),
    token("google_oauth_secret", "GOCSPX-", "[A-Za-z0-9_-]{28}"),
    token("google_access_token", r"ya29\.", "[A-Za-z0-9_-]{30,2000}"),
    token("google_refresh_token", "1//0", "[A-Za-z0-9_-]{40,200}"),
    keyed("google_hmac_secret", "(?:goog|gcs|hmac)[a-z_-]{0,12}secret", r"[A-Za-z0-9+/]{40}"),
    token(
        "azure_common_key",
        "",
        r"[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}"
        r"(?:[A-Za-z0-9]{2}==)?",
        trigger="JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}",
        check=_common_annotated,
    ),
    _azure_key("azure_storage_key", 76, r"\+ASt", "[AQgw]=="),
    _azure_key("azure_cosmos_key", 76, "ACDb", "[AQgw]=="),
    _azure_key("azure_batch_key", 76, r"\+ABa", "[AQgw]=="),
    _azure_key("azure_service_bus_key", 33, r"\+ASb|\+AEh|\+ARm", "[AEIMQUYcgkosw048]="),
    _azure_key("azure_iot_key", 33, "AIoT", "[AEIMQUYcgkosw048]="),
    _azure_key("azure_redis_key", 33, "AzCa", "[AEIMQUYcgkosw048]="),
    token(
        "azure_search_key",
        "",
        "[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}",
        trigger="AzSe[A-D][A-Za-z0-9]{5}",
    ),
    token(
        "azure_registry_key",
        "",
        rf"{_BASE64}{{42}}\+ACR[A-D][A-Za-z0-9]{{5}}",
        trigger=r"\+ACR[A-D][A-Za-z0-9]{5}",
    ),
    token(
        "azure_function_key",
        "",
        "[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==",
        trigger="AzFu[A-Za-z0-9_-]{5}[AQgw]==",
    ),
    token(
        "azure_devops_token",
        "",
        "[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}",
        trigger="AZDO[A-Za-z0-9]{4}",
    ),
    token(
        "azure_client_secret",
        "",
        r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
        trigger=r"[0-9]Q~[A-Za-z0-9_~.-]{31}",
    ),
    keyed("azure_account_key", "(?:account|sharedaccess)key", r"[A-Za-z0-9+/]{43,86}={1,2}"),
    PatternRecognizer(
        name="azure_shared_access_signature",
        entity_type="API_KEY",
        trigger=rb"[?&;]sig=[A-Za-z0-9+/%]{43}",
        pattern=re.compile(r"[?&;]sig=(?P<value>[A-Za-z0-9+/%]{43,140}=?)(?![A-Za-z0-9_])"),
        judge=STRUCTURED,
    ),
    token("alibaba_access_key", "LTAI", "[A-Za-z0-9]{12,20}"),
    keyed("alibaba_secret_key", "(?:alibaba|aliyun|oss)[a-z_-]{0,20}secret", "[A-Za-z0-9]{30}"),
    token("tencent_secret_id", "AKID", "[A-Za-z0-9]{32}"),
    keyed("ibm_cloud_key", "ibm[-_]?(?:cloud|iam)?", "[A-Za-z0-9_-]{44}"),
    token("digitalocean_token", "do[opr]_v1_", "[0-9a-f]{64}"),
    token("heroku_key", "HRKU-AA", "[A-Za-z0-9_-]{58}"),
    keyed("heroku_legacy_key", "heroku", _UUID),
    token("cloudflare_token", "cf(?:u|a)t_", "[A-Za-z0-9_-]{41,64}"),
    token("cloudflare_origin_ca_key", r"v1\.0-", "[a-f0-9]{24}-[a-f0-9]{146}"),
    keyed("cloudflare_key", "(?:cloudflare|cf)[-_ ]?(?:api|global)", "[A-Za-z0-9_-]{37,40}"),
    keyed("fastly_token", "fastly", "[A-Za-z0-9_-]{32}"),
    token("vercel_token", "vc[apikr]_", "[A-Za-z0-9_-]{50}[A-Za-z0-9]{6}", check=has_crc),
    keyed("vercel_legacy_token", "vercel", "[A-Za-z0-9]{24}"),
    token("netlify_token", "nf[pcoub]_", "[A-Za-z0-9]{36}"),
    token("fly_io_token", "(?:fm[12][ar]?_|fo1_)", r"[A-Za-z0-9_+/=-]{43,4000}"),
    token("render_key", "rnd_", "[A-Za-z0-9]{32}"),
    keyed("linode_token", "linode", "[a-f0-9]{64}"),
    keyed("hetzner_token", "(?:hetzner|hcloud)", "[A-Za-z0-9]{64}"),
    keyed("vultr_key", "vultr", "[A-Z0-9]{36}"),
    keyed("scaleway_secret_key", "(?:scaleway|scw)", _UUID),
    token("tailscale_key", "tskey-", "[a-z]{2,9}-[A-Za-z0-9]{8,20}(?:-[A-Za-z0-9]{16,40})?"),
    keyed("ngrok_token", "ngrok", "[0-9A-Za-z]{26,27}_[0-9A-Za-z]{20,22}"),
    token("openshift_token", "sha256~", "[A-Za-z0-9_-]{43}"),
    token("yandex_cloud_key", "AQVN", "[A-Za-z0-9_-]{35,38}"),
)
