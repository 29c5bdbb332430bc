"""Keys of payment services and shops."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.secrets.form import keyed, token

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    token("stripe_key", "[sr]k_(?:live|test|prod)_", "[A-Za-z0-9]{16,255}"),
    token("stripe_webhook_secret", "whsec_", r"[A-Za-z0-9+/=]{24,100}"),
    token("square_token", "EAAA", "[A-Za-z0-9_-]{60}"),
    token("square_secret", "sq0(?:atp|csp)-", "[A-Za-z0-9_-]{22,60}"),
    token(
        "braintree_token", r"access_token\$(?:production|sandbox)\$", r"[a-z0-9]{16}\$[a-f0-9]{32}"
    ),
    keyed("paypal_secret", "paypal[a-z_-]{0,12}secret", "[A-Za-z0-9_-]{60,90}"),
    token("shopify_token", "shp(?:at|ca|pa|ss|ua|tka)_", "[a-fA-F0-9]{32}"),
    token("plaid_token", "access-(?:sandbox|development|production)-", _UUID),
    token(
        "adyen_key",
        "AQE",
        r"[A-Za-z0-9+/]{60,300}={0,2}-[A-Za-z0-9+/=]{40,50}-[A-Za-z0-9+/=<>(){}\[\]!@#$%^&*;:,.?~|-]{8,40}",
        trigger="AQE[A-Za-z0-9+/]{60}",
    ),
    keyed("razorpay_secret", "(?:razorpay|rzp)[a-z_-]{0,12}secret", "[A-Za-z0-9]{24}"),
    token("flutterwave_key", "FLWSECK(?:_TEST)?-", "[A-Za-z0-9]{32}-X"),
    token("easypost_key", "EZ[AT]K", "[A-Za-z0-9]{54}"),
    token("shippo_token", "shippo_(?:live|test)_", "[a-fA-F0-9]{40}"),
    token("mollie_key", "(?:live|test)_", "[A-Za-z0-9]{30}"),
    keyed("coinbase_secret", "coinbase", "[A-Za-z0-9_-]{64}"),
    # Toss Payments: widget keys (gsk) and API keys (sk); client keys are public.
    token("toss_payments_key", "(?:live|test)_g?sk_", "(?:docs_)?[A-Za-z0-9]{20,60}"),
    keyed(
        "portone_secret",
        "(?:portone|iamport|imp)[-_ ]?(?:v2|rest|api)?[-_ ]?(?:api)?[-_ ]?secret",
        "[A-Za-z0-9]{80}",
    ),
    keyed("nicepay_secret", "nice[-_]?pay", "[a-f0-9]{32}"),
    keyed("upbit_secret", "(?:upbit|bithumb)[a-z_-]{0,10}secret", "[A-Za-z0-9]{32,44}"),
)
