"""Keys of services that watch, alert and count."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.secrets.form import keyed, token

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    keyed(
        "datadog_key", "(?:datadog|dd)[-_ ]?(?:api|app|application)", "[a-f0-9]{32}(?:[a-f0-9]{8})?"
    ),
    token("newrelic_key", "NR(?:AK|RA|II|JS|SP)-", "[A-Za-z0-9_-]{19,40}"),
    token("newrelic_license_key", "", "[a-f0-9]{36}NRAL", trigger="[a-f0-9]{6}NRAL"),
    token("grafana_service_account", "glsa_", "[A-Za-z0-9]{32}_[a-f0-9]{8}"),
    token("grafana_cloud_token", "glc_", r"[A-Za-z0-9+/]{32,400}={0,3}"),
    token("sentry_token", "sntrys_eyJ", "[A-Za-z0-9+/=_]{64,500}"),
    token("sentry_user_token", "sntryu_", "[a-f0-9]{64}"),
    keyed("sentry_legacy_token", "sentry", "[a-f0-9]{64}"),
    keyed("pagerduty_key", "pager[-_]?duty", "[A-Za-z0-9+_-]{20,32}"),
    token("honeycomb_key", "hc[abx]ik_", "[a-z0-9]{58}"),
    token("dynatrace_token", r"dt0[a-z][0-9]{2}\.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    token("axiom_token", "xa[ap]t-", _UUID),
    keyed("rollbar_token", "rollbar", "[a-f0-9]{32}"),
    keyed("opsgenie_key", "opsgenie", _UUID),
    keyed("sumologic_key", "sumo(?:logic)?", "[A-Za-z0-9]{64}"),
    token("posthog_key", "phx_", "[A-Za-z0-9]{43,47}"),
    keyed("algolia_key", "algolia", "[a-f0-9]{32}"),
    token("mapbox_token", r"sk\.eyJ", r"[A-Za-z0-9_-]{40,200}\.[A-Za-z0-9_-]{20,30}"),
)
