"""A made secret of every kind is found and called by its kind; what stands for one is not."""

import base64
import json
import random
import re
import string

import pytest

from sumun.detection import Detector
from sumun.detection.recognizers import secrets
from sumun.detection.recognizers.secrets import checksums
from sumun.detection.recognizers.secrets.form import CHECKED, MISMATCHED

HEX = "0123456789abcdef"
ALPHABETS = {
    "h": HEX,
    "H": HEX.upper(),
    "a": string.ascii_letters + string.digits,
    "u": string.ascii_uppercase + string.digits,
    "l": string.ascii_lowercase + string.digits,
    "L": string.ascii_letters,
    "d": string.digits,
    "b": string.ascii_letters + string.digits + "+/",
    "w": string.ascii_letters + string.digits + "-_",
    "2": string.ascii_uppercase + "234567",
    "s": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
}
FIELD = re.compile(r"\{(?:(?P<alphabet>[a-zA-Z2])(?P<length>\d+)|(?P<uuid>uuid))\}")


def make(kind: str, shape: str) -> str:
    """Fill a shape: ``{h40}`` is 40 random digits in hexadecimal, always the same for a kind.

    Whatever this returns never stood anywhere: no scanner finds a secret in this file.
    """
    chance = random.Random(kind)

    def fill(field: re.Match[str]) -> str:
        if field["uuid"]:
            return "-".join("".join(chance.choices(HEX, k=n)) for n in (8, 4, 4, 4, 12))
        drawn = "".join(chance.choices(ALPHABETS[field["alphabet"]], k=int(field["length"])))
        # At the edges no sign: a sentence may go on behind it.
        return drawn[:-1] + "7" if field["alphabet"] in "bw" else drawn

    return FIELD.sub(fill, shape)


TOKENS = """
aws_access_key               AKIA{216}
aws_session_token            IQoJb3JpZ2lu{b300}
aws_bedrock_key              ABSK{b120}
google_api_key               AIza{w35}
google_oauth_secret          GOCSPX-{w28}
google_access_token          ya29.{w120}
google_refresh_token         1//0{w60}
azure_storage_key            {b76}+ASt{b5}A==
azure_cosmos_key             {b76}ACDb{b5}Q==
azure_batch_key              {b76}+ABa{b5}g==
azure_service_bus_key        {b33}+ASb{b5}A=
azure_iot_key                {b33}AIoT{b5}E=
azure_redis_key              {b33}AzCa{b5}I=
azure_search_key             {a42}AzSeA{a5}
azure_registry_key           {b42}+ACRD{a5}
azure_function_key           {w44}AzFu{w5}w==
azure_devops_token           {a76}AZDO{a4}
azure_client_secret          {a3}8Q~{w33}
alibaba_access_key           LTAI{a20}
tencent_secret_id            AKID{a32}
digitalocean_token           dop_v1_{h64}
heroku_key                   HRKU-AA{w58}
cloudflare_token             cfut_{w44}
cloudflare_origin_ca_key     v1.0-{h24}-{h146}
netlify_token                nfp_{a36}
fly_io_token                 fo1_{w43}
render_key                   rnd_{a32}
tailscale_key                tskey-auth-{a14}CNTRL-{a32}
openshift_token              sha256~{w43}
yandex_cloud_key             AQVN{w36}
github_fine_grained          github_pat_{a22}_{a59}
gitlab_token                 glpat-{w20}
gitlab_runner_registration   GR1348941{w20}
bitbucket_app_password       ATBB{a32}
rubygems_key                 rubygems_{h48}
crates_io_token              cio{a32}
nuget_key                    oy2{l43}
clojars_token                CLOJARS_{h60}
docker_hub_token             dckr_pat_{w27}
artifactory_key              AKCp{a69}
artifactory_reference_token  cmVmd{a59}
buildkite_token              bkua_{h40}
circleci_token               CCIPAT_{a22}_{h40}
sonar_token                  squ_{h40}
sourcegraph_token            sgp_{h16}_{h40}
postman_key                  PMAK-{h24}-{h34}
launchdarkly_key             sdk-{uuid}
terraform_cloud_token        {a14}.atlasv1.{w67}
vault_token                  hvs.{w96}
doppler_token                dp.st.prd.{a43}
onepassword_secret_key       A3-{u6}-{u6}-{u5}-{u5}-{u5}-{u5}
onepassword_service_account  ops_eyJ{b300}
pulumi_token                 pul-{h40}
infisical_token              st.{h24}.{h32}.{h32}
prefect_key                  pnu_{a36}
databricks_token             dapi{h32}
supabase_token               sbp_{h40}
supabase_secret_key          sb_secret_{w31}
planetscale_token            pscale_tkn_{w43}
neon_key                     napi_{l64}
mongodb_atlas_secret         mdb_sa_sk_{w40}
confluent_secret             cflt{b60}
clickhouse_cloud_key         4b1d{a38}
sumun_token                  sumun-secret-{w43}
slack_token                  xoxb-{d12}-{d13}-{a24}
slack_config_token           xoxe.xoxp-1-{u163}
slack_app_token              xapp-1-{u11}-{d13}-{h64}
slack_webhook                https://hooks.slack.com/services/T{u8}/B{u10}/{a24}
discord_webhook              https://discord.com/api/webhooks/{d18}/{w68}
teams_webhook                https://acme.webhook.office.com/webhookb2/{uuid}@{uuid}/IncomingWebhook/{h32}/{uuid}
google_chat_webhook          https://chat.googleapis.com/v1/spaces/{a11}/messages?key={w39}&token={w43}
telegram_bot_token           1{d9}:AA{w33}
twilio_key                   SK{h32}
sendgrid_key                 SG.{w22}.{w43}
mailgun_key                  key-{h32}
mailchimp_key                {h32}-us12
mandrill_key                 md-{w22}
brevo_key                    xkeysib-{h64}-{a16}
resend_key                   re_{a8}_{a24}
facebook_token               EAA{a180}
twitter_bearer_token         AAAAAAAAAAAAAAAAAAAAA{a14}%2B{a14}%3D{a50}
stripe_key                   sk_live_{a24}
stripe_webhook_secret        whsec_{a32}
square_token                 EAAA{w60}
square_secret                sq0csp-{w43}
braintree_token              access_token$production${l16}${h32}
shopify_token                shpat_{h32}
plaid_token                  access-production-{uuid}
adyen_key                    AQE{b80}-{b43}=-{a16}
flutterwave_key              FLWSECK-{h32}-X
easypost_key                 EZAK{a54}
shippo_token                 shippo_live_{h40}
mollie_key                   live_{a30}
toss_payments_key            live_sk_{a28}
openai_key                   sk-proj-{a74}T3BlbkFJ{a74}
deepseek_key                 sk-{h32}
anthropic_key                sk-ant-api03-{w93}AA
google_gemini_key            AQ.Ab{w48}
huggingface_token            hf_{L34}
replicate_token              r8_{a37}
groq_key                     gsk_{a52}
xai_key                      xai-{a80}
perplexity_key               pplx-{a48}
openrouter_key               sk-or-v1-{h64}
langfuse_key                 sk-lf-{uuid}
langsmith_key                lsv2_pt_{h32}_{h10}
pinecone_key                 pcsk_{a6}_{a63}
nvidia_key                   nvapi-{w64}
cerebras_key                 csk-{l48}
fireworks_key                fw_{a24}
together_key                 tgp_v1_{w43}
voyage_key                   pa-{w43}
jina_key                     jina_{h32}{a28}
tavily_key                   tvly-dev-{a32}
e2b_key                      e2b_{h40}
elevenlabs_key               sk_{h48}
newrelic_key                 NRAK-{u27}
newrelic_license_key         {h36}NRAL
grafana_service_account      glsa_{a32}_{h8}
grafana_cloud_token          glc_{b120}
sentry_token                 sntrys_eyJ{b180}_{a43}
sentry_user_token            sntryu_{h64}
honeycomb_key                hcaik_{l58}
dynatrace_token              dt0c01.{u24}.{u64}
axiom_token                  xaat-{uuid}
posthog_key                  phx_{a43}
mapbox_token                 sk.eyJ{w80}.{w22}
atlassian_token              ATATT3{w180}
linear_key                   lin_api_{a40}
notion_token                 ntn_{d11}{a35}
figma_token                  figd_{w40}
airtable_token               pat{a14}.{h64}
asana_token                  1/{d16}:{h32}
dropbox_token                sl.{w140}
clickup_token                pk_{d8}_{u32}
trello_token                 ATTA{h64}
contentful_token             CFPAT-{w43}
hubspot_token                pat-na1-{uuid}
salesforce_session           00D{a15}!{a96}
typeform_token               tfp_{w44}
adobe_secret                 p8e-{w32}
frame_io_token               fio-u-{w64}
readme_key                   rdme_{l70}
kakao_authorization          KakaoAK {h32}
naver_cloud_key              ncp_iam_{a32}
juso_go_kr_key               devU01TX{b40}
bip32_extended_private_key   xprv{s107}
"""

KEYED = """
aws_secret_key               aws_secret_access_key = "{b40}"
google_hmac_secret           GCS_HMAC_SECRET={b40}
azure_account_key            AccountName=acme;AccountKey={b86}==
alibaba_secret_key           aliyun_access_key_secret: {a30}
ibm_cloud_key                IBM_CLOUD_API_KEY={w44}
heroku_legacy_key            HEROKU_API_KEY={uuid}
cloudflare_key               CLOUDFLARE_API_TOKEN={w40}
fastly_token                 FASTLY_API_TOKEN: {w32}
vercel_legacy_token          vercel_token = {a24}
linode_token                 LINODE_TOKEN={h64}
hetzner_token                HCLOUD_TOKEN={a64}
vultr_key                    vultr_api_key: {u36}
scaleway_secret_key          SCW_SECRET_KEY={uuid}
ngrok_token                  ngrok authtoken: {a27}_{a21}
travis_token                 TRAVIS_TOKEN={w22}
codecov_token                codecov_token: {uuid}
snyk_token                   SNYK_TOKEN={uuid}
snowflake_secret             SNOWFLAKE_PASSWORD={a24}
twilio_auth_token            TWILIO_AUTH_TOKEN={h32}
mailgun_signing_key          MAILGUN_SIGNING_KEY={h32}-{h8}-{h8}
postmark_token               postmark_server_token: {uuid}
vonage_secret                NEXMO_API_SECRET={a16}
messagebird_key              messagebird_access_key: {a25}
sendbird_token               sendbird_api_token={h40}
intercom_token               intercom_access_token={a60}
zendesk_token                zendesk_api_token: {a40}
line_channel_token           LINE_CHANNEL_ACCESS_TOKEN={b160}
twitch_token                 twitch_oauth: {l30}
paypal_secret                PAYPAL_CLIENT_SECRET={w80}
razorpay_secret              RAZORPAY_KEY_SECRET={a24}
coinbase_secret              coinbase_api_secret={w64}
portone_secret               PORTONE_API_SECRET={a80}
nicepay_secret               nicepay_secret_key={h32}
upbit_secret                 UPBIT_SECRET_KEY={a40}
firecrawl_key                FIRECRAWL_API_KEY=fc-{h32}
mistral_key                  MISTRAL_API_KEY={a32}
cohere_key                   CO_API_KEY={a40}
deepgram_key                 DEEPGRAM_API_KEY={h40}
assemblyai_key               ASSEMBLYAI_API_KEY={h32}
wandb_key                    WANDB_API_KEY={h40}
datadog_key                  DD_API_KEY={h32}
sentry_legacy_token          SENTRY_AUTH_TOKEN={h64}
pagerduty_key                pagerduty_token: {w20}
rollbar_token                ROLLBAR_ACCESS_TOKEN={h32}
opsgenie_key                 opsgenie_api_key={uuid}
sumologic_key                SUMOLOGIC_ACCESS_KEY={a64}
algolia_key                  ALGOLIA_ADMIN_KEY={h32}
atlassian_legacy_token       JIRA_API_TOKEN={a20}{h4}
box_secret                   box_client_secret: {a32}
okta_token                   Authorization: SSWS: 00{w40}
auth0_secret                 AUTH0_CLIENT_SECRET={w64}
kakao_key                    카카오 REST API 키: {h32}
naver_secret                 naver_client_secret={a10}
naver_cloud_gateway_key      X-NCP-APIGW-API-KEY: {a40}
data_go_kr_key               https://apis.data.go.kr/x?serviceKey={b86}==
solapi_secret                solapi_api_secret: {u32}
wireguard_private_key        PrivateKey = {b42}E=
"""

STRUCTURED_KINDS = {
    "azure_shared_access_signature": "https://a.blob.core.windows.net/c?sv=2024&sig={b43}%3D",
    "curl_user": "curl -sS -u {l6}:{a12} https://api.acme.io",
    "netrc_password": "machine api.acme.io login bot password {a16}",
    "oracle_thin_url": "jdbc:oracle:thin:app/{a12}@db.acme.io:1521/main",
    "url_userinfo": "mongodb+srv://app:{a16}@cluster0.acme.io",
    "session_cookie": "Cookie: theme=dark; JSESSIONID={u32}; a=b",
    "named_secret": "db_password: {a12}!",
    "bearer_header": "Authorization: Bearer {w40}",
    "putty_private_key": "PuTTY-User-Key-File-3: ssh-ed25519\n{b64}\nPrivate-MAC: {h64}",
}


def rows(table: str) -> list[tuple[str, str]]:
    return [tuple(line.split(maxsplit=1)) for line in table.strip().splitlines()]


def with_crc(kind: str, prefix: str, length: int) -> str:
    body = make(kind, f"{{a{length}}}")
    return prefix + body + checksums.crc_base62(body)


def bech32(prefix: str, kind: str) -> str:
    """Encode as BIP 173 says; the checksum is found by what makes the whole valid."""
    letters = checksums._BECH32
    data = random.Random(kind).choices(range(32), k=52)
    spread = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    mod = checksums._bech32_polymod([*spread, *data, 0, 0, 0, 0, 0, 0]) ^ 1
    data += [mod >> 5 * (5 - at) & 31 for at in range(6)]
    return prefix + "1" + "".join(letters[each] for each in data)


def routable(kind: str) -> str:
    before = make(kind, "glpat-{w40}.01.0w")
    crc = checksums.base_n(checksums.crc32(before.encode()), checksums._BASE36, 7)
    return before + crc


def common_annotated(kind: str) -> str:
    before = make(kind, "{a52}JQQJ99BGACHYHv6XJ3w3AAAAACOG")
    checksum = checksums.marvin32(base64.b64decode(before), checksums._CASK_SEED)
    return before + base64.b64encode(checksum.to_bytes(4, "little")[:3]).decode()


def macaroon() -> str:
    raw = b"\x02\x01\x08pypi.org" + random.Random("pypi").randbytes(90)
    return "pypi-" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def discord() -> str:
    return base64.b64encode(b"112233445566778899").decode() + make("discord", ".{w6}.{w38}")


CHECKED_SECRETS = {
    "github_token": with_crc("github_token", "ghp_", 30),
    "npm_token": with_crc("npm_token", "npm_", 30),
    "vercel_token": with_crc("vercel_token", "vcp_", 50),
    "gitlab_token": routable("gitlab_token"),
    "azure_common_key": common_annotated("azure_common_key"),
    "age_secret_key": bech32("age-secret-key-", "age").upper(),
    "nostr_secret_key": bech32("nsec", "nostr"),
    "pypi_token": macaroon(),
    "discord_bot_token": discord(),
}

BASE64_PAIR = base64.b64encode(b"robot:correct horse").decode()
PEM = "-----BEGIN {0} KEY-----\nMIIEow==\n-----END {0} KEY-----"
OTHERS = {
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb2huIn0.dGhpcyBpcyBhIHNpZ25hdHVyZQ",
    "basic_header": f"Authorization: Basic {BASE64_PAIR}",
    "docker_registry_auth": json.dumps({"auths": {"r.acme.io": {"auth": BASE64_PAIR}}}),
    "private_key": PEM.format("RSA PRIVATE"),
}


@pytest.fixture(scope="module")
def secret_detector() -> Detector:
    return Detector()


def kinds(detector: Detector, text: str) -> dict[str, str]:
    return {each.recognizer: text[each.start : each.end] for each in detector.scan_text(text)}


@pytest.mark.parametrize(("kind", "shape"), rows(TOKENS), ids=lambda each: each.split("{")[0])
@pytest.mark.parametrize("text", ['"{}"', "{}", "use {} now", "{}입니다", '{{"value": "{}"}}'])
def test_a_token_is_found_wherever_it_stands_and_called_by_its_kind(
    secret_detector, kind, shape, text
):
    value = make(kind, shape)
    assert kinds(secret_detector, text.format(value)).get(kind) == value


@pytest.mark.parametrize(("kind", "shape"), rows(KEYED), ids=lambda each: each.split("{")[0])
def test_a_secret_is_known_by_the_name_beside_it(secret_detector, kind, shape):
    text = make(kind, shape)
    value = make(kind, "".join(shape.partition("{")[1:])).strip('"')
    assert kinds(secret_detector, text).get(kind, "").endswith(value)


@pytest.mark.parametrize(("kind", "shape"), rows(KEYED), ids=lambda each: each.split("{")[0])
def test_the_name_may_be_a_key_of_json(secret_detector, kind, shape):
    named = re.search(r"([\w가-힣 -]+?)(?:: | ?= ?)\"?([^\s\";]{10,})\"?$", make(kind, shape))
    document = {named[1]: named[2]}
    assert [each.recognizer for each in secret_detector.scan_json(document)] == [kind]
    assert not secret_detector.is_clean(json.dumps(document, indent=1).encode())


@pytest.mark.parametrize("kind", CHECKED_SECRETS)
def test_a_right_checksum_makes_sure(secret_detector, kind):
    value = CHECKED_SECRETS[kind]
    (finding,) = secret_detector.scan_text(f"key {value}")
    assert (finding.recognizer, finding.score) == (kind, CHECKED)
    assert (finding.start, finding.end) == (4, 4 + len(value))


@pytest.mark.parametrize("kind", ["github_token", "npm_token", "vercel_token", "gitlab_token"])
def test_a_wrong_checksum_makes_unsure(secret_detector, kind):
    value = CHECKED_SECRETS[kind]
    wrong = value[:-1] + ("a" if value[-1] != "a" else "b")
    (finding,) = secret_detector.scan_text(f"key {wrong}")
    assert (finding.recognizer, finding.score) == (kind, MISMATCHED)


@pytest.mark.parametrize("kind", [*STRUCTURED_KINDS, *OTHERS])
def test_a_structure_is_found(secret_detector, kind):
    text = make(kind, STRUCTURED_KINDS[kind]) if kind in STRUCTURED_KINDS else OTHERS[kind]
    assert kind in kinds(secret_detector, text)


def test_every_kind_has_a_row():
    tabled = {kind for kind, _ in rows(TOKENS) + rows(KEYED)}
    tabled |= {*CHECKED_SECRETS, *STRUCTURED_KINDS, *OTHERS}
    assert tabled == {each.name for each in secrets.RECOGNIZERS}
    assert len(tabled) > 200


@pytest.mark.parametrize(
    "kind",
    ["RSA PRIVATE", "EC PRIVATE", "PRIVATE", "ENCRYPTED PRIVATE", "OPENSSH PRIVATE", "DSA PRIVATE"],
)
def test_private_keys_of_all_kinds(secret_detector, kind):
    text = f"key:\n{PEM.format(kind)}\nend"
    assert kinds(secret_detector, text) == {"private_key": PEM.format(kind)}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----",
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
    ],
    ids=["pgp", "ssh2"],
)
def test_private_keys_with_other_frames(secret_detector, text):
    assert kinds(secret_detector, f"see\n{text}\n") == {"private_key": text}


@pytest.mark.parametrize(
    "text",
    [
        "redis://:{}@cache:6379",
        "amqps://guest:{}@mq.acme.io/vhost",
        "postgresql+psycopg://app:{}@10.0.0.5/db",
        "Server=db;Database=x;User Id=sa;Password={};Encrypt=true",
        "Driver={{ODBC Driver 18}};Server=db;Uid=sa;Pwd={};",
        "jdbc:postgresql://db/x?user=app&password={}",
        "host=db user=app password={} dbname=x",
        "비밀번호: {}",
        "암호는 {}입니다",
        "인증키={}",
        "시크릿 키: {}",
        '{{"서비스키": "{}"}}',
        '"client_secret": "{}"',
        "export DB_PASSWD={}",
    ],
)
def test_passwords_in_connection_strings_and_under_names(secret_detector, text):
    assert any(
        "s3cr3tPa55" in each for each in kinds(secret_detector, text.format("s3cr3tPa55")).values()
    )


PLACEHOLDERS = [
    *(
        "<your-key>",
        "xxxxxxxxxxxx",
        "${VAR}",
        "$SECRET",
        "example-value",
        "changeme",
        "{{ secret }}",
    ),
    *("%(password)s", "********", "...", "true", "null", "/etc/ssl/private.pem", "~/.ssh/id_rsa"),
    *(
        "C:\\keys\\a.pem",
        "os.environ['X']",
        "process.env.TOKEN",
        "vault:secret/db",
        "@Value",
        "!Ref X",
    ),
    *(
        "arn:aws:secretsmanager:x",
        "op://vault/item",
        "https://auth.acme.io/token",
        "DB_PASSWORD_FILE",
    ),
    *("your-api-key-here", "[REDACTED]", "ENC[AES256,data]", "&anchor", "string", "required"),
]


@pytest.mark.parametrize("value", PLACEHOLDERS)
@pytest.mark.parametrize("name", ["password", "api_key", "secret", "비밀번호"])
def test_what_stands_for_a_secret_is_left_alone(secret_detector, name, value):
    assert secret_detector.scan_text(f"{name}: {value}") == []
    assert secret_detector.scan_json({name: value}) == []


@pytest.mark.parametrize(
    "text",
    [
        *("sk-fading-circle-and-other-very-long-css-class-names", "pa-" + "some-slug-2024-" * 4),
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "max_tokens: 4096, total_token: 128000",
        '{"next_token": "c2Vjb25kcGFnZQ12abc"}',
        "암호화: AES-256-GCM",
        "secret santa: bring gifts",
        "token: identifier",
        "Cookie: session=true; theme=dark",
        "machine learning login flow password reset",
        "curl -u $USER:$PASSWORD https://acme.io",
        "curl -fsSL https://acme.io/install.sh",
        "the token sha256:" + "0a1b2c3d" * 8,
        "1.0.0-alpha+001 dapi and hvs. and SG. and xoxb-",
        "datadog: " + "word " * 9,
        "AAAA" + "A" * 300,
    ],
)
def test_what_only_looks_like_one_is_left_alone(secret_detector, text):
    assert secret_detector.scan_text(text) == []


def test_identifiers_and_hashes_are_nobody_s_secret(secret_detector):
    """High entropy alone never decides."""
    chance = random.Random(4)
    for key in ("id", "uuid", "sha256", "etag", "trace_id", "cursor", "checksum", "commit", "data"):
        for length in (16, 20, 24, 32, 36, 40, 43, 44, 64, 88, 128):
            for alphabet in ("h", "a", "b", "w", "l"):
                value = "".join(chance.choices(ALPHABETS[alphabet], k=length))
                assert secret_detector.scan_json({key: value, "list": [value]}) == []


def test_marvin32_is_the_published_one():
    """The vectors are those of .NET's own tests, folded to 32 bits."""
    seed = 0x004FB61A001BDBCC
    for data, expected in [
        ("", 0x30ED35C100CD3C7D),
        ("AF", 0x48E73FC77D75DDC1),
        ("E70F", 0xB5F6E1FC485DBFF8),
        ("37F495", 0xF0B07C789B8CF7E8),
        ("8642DC59", 0x7008F2E87E9CF556),
    ]:
        folded = expected >> 32 ^ expected & 0xFFFFFFFF
        assert checksums.marvin32(bytes.fromhex(data), seed) == folded


def test_crc_and_bech32_are_the_published_ones():
    assert checksums.crc_base62("hello") == "0zNvy2"
    age = "GFPYYSJZ" * 6 + "GFPQ4EGAEX"
    assert checksums.is_bech32(f"AGE-SECRET-KEY-1{age}")
    assert not checksums.is_bech32(f"AGE-SECRET-KEY-1{age[:-1]}Q")
