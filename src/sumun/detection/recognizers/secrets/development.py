"""Tokens of code hosts, registries, build services and secret stores."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.secrets.checksums import (
    has_crc,
    has_github_crc,
    has_routable_crc,
    is_macaroon,
)
from sumun.detection.recognizers.secrets.form import keyed, token

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    token("github_token", "gh[pousr]_", "[A-Za-z0-9]{36,255}", check=has_github_crc),
    token("github_fine_grained", "github_pat_", "[A-Za-z0-9_]{36,255}"),
    token(
        "gitlab_token",
        "gl(?:pat|dt|rtr?|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-",
        "[A-Za-z0-9_.-]{20,300}",
        check=has_routable_crc,
        plain=True,
    ),
    token("gitlab_runner_registration", "GR1348941", "[A-Za-z0-9_-]{20}"),
    token("bitbucket_app_password", "ATBB", "[A-Za-z0-9_=.-]{32}"),
    token("npm_token", "npm_", "[A-Za-z0-9]{36}", check=has_crc),
    token("pypi_token", "pypi-AgE", "[A-Za-z0-9_-]{50,300}", check=is_macaroon),
    token("rubygems_key", "rubygems_", "[a-f0-9]{48}"),
    token("crates_io_token", "cio", "[A-Za-z0-9]{32}"),
    token("nuget_key", "oy2", "[a-z0-9]{43}"),
    token("clojars_token", "CLOJARS_", "[a-z0-9]{60}"),
    token("docker_hub_token", "dckr_[po]at_", "[A-Za-z0-9_-]{27,60}"),
    token("artifactory_key", "AKCp", "[A-Za-z0-9]{69}"),
    token("artifactory_reference_token", "cmVmd", "[A-Za-z0-9]{59}"),
    token("buildkite_token", "bk(?:ua|aj|at|ct)_", "[A-Za-z0-9]{40}"),
    token("circleci_token", "CCI(?:PAT|PRJ)_", "[A-Za-z0-9]{22}_[a-f0-9]{40}"),
    keyed("travis_token", "travis", "[A-Za-z0-9_-]{22}"),
    keyed("codecov_token", "codecov", _UUID),
    token("sonar_token", "sq[uap]_", "[a-f0-9]{40}"),
    keyed("snyk_token", "snyk", _UUID),
    token("sourcegraph_token", "sgp_", "(?:(?:[a-fA-F0-9]{16}|local)_)?[a-f0-9]{40}"),
    token("postman_key", "PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"),
    token("launchdarkly_key", "sdk-", _UUID),
    token(
        "terraform_cloud_token",
        "",
        r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,70}",
        trigger=r"\.atlasv1\.[A-Za-z0-9_-]{60}",
    ),
    token("vault_token", r"hv[sbr]\.", "[A-Za-z0-9_-]{90,300}"),
    token(
        "doppler_token",
        r"dp\.(?:pt|st|ct|sa|scim|audit)\.",
        r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    ),
    token(
        "onepassword_secret_key",
        "A3-",
        "[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}",
    ),
    token("onepassword_service_account", "ops_eyJ", "[A-Za-z0-9+/=_-]{250,2000}"),
    token("pulumi_token", "pul-", "[a-f0-9]{40}"),
    token("infisical_token", r"st\.", r"[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}"),
    token("prefect_key", "pn[ub]_", "[A-Za-z0-9]{36}"),
    token("databricks_token", "dapi", "[a-f0-9]{32}(?:-[0-9])?"),
    keyed(
        "snowflake_secret",
        "snowflake[a-z_-]{0,12}(?:password|passphrase|token|secret)",
        r"[A-Za-z0-9_.+/=-]{20,1000}",
    ),
    token("supabase_token", "sbp_", "[a-f0-9]{40}"),
    token("supabase_secret_key", "sb_secret_", "[A-Za-z0-9_-]{31}"),
    token("planetscale_token", "pscale_(?:tkn|oauth|pw)_", r"[A-Za-z0-9_.=-]{32,64}"),
    token("neon_key", "napi_", "[a-z0-9]{64}"),
    token("mongodb_atlas_secret", "mdb_sa_sk_", "[A-Za-z0-9_-]{40}"),
    token("confluent_secret", "cflt", "[A-Za-z0-9+/]{60}"),
    token("clickhouse_cloud_key", "4b1d", "[A-Za-z0-9]{38}"),
    token(
        "sumun_token", "sumun-(?:secret|refresh|initial|registration|device)-", "[A-Za-z0-9_-]{43}"
    ),
)
