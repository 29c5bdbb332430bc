"""``POST /oauth2/device_authorization``: a device asks what to show (RFC 8628 §3.1)."""

import math

from sumun.answer import Answer
from sumun.oauth.authorization.device_codes import INTERVAL
from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.reader import RequestReader
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_front import Attempt, ClientFront
from sumun.oauth.devices import LIFETIME, Devices
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.grants.device_code import DeviceCodeGrant
from sumun.oauth.throttle import Throttle, site_of


class DeviceAuthorizationEndpoint(ClientEndpoint):
    """Hands out a code for the device and a code for the person.

    Parameters
    ----------
    verification_uri:
        The page where the person types the code in.

    """

    name = "device_authorization"

    def __init__(
        self, front: ClientFront, *, reader: RequestReader, devices: Devices, verification_uri: str
    ) -> None:
        super().__init__(front)
        self._reader = reader
        self._devices = devices
        self._verification_uri = verification_uri
        # Public clients prove nothing, and each request is kept: a flood must not fill storage.
        self._per_source = Throttle(rate=1, burst=60)

    async def handle(self, request: FormRequest, attempt: Attempt) -> Answer:
        """Return the answer."""
        self._check_flood(request.source)
        client = await self._front.authenticate(request, attempt)
        if DeviceCodeGrant.grant_type not in client.metadata.grant_types:
            raise OAuthError(
                "unauthorized_client", "this client is not registered for the device grant"
            )
        target = self._reader.target(client, Parameters(request.parameters, request.resources))
        codes = await self._devices.begin(client, target, source=request.source)
        document = {
            "device_code": codes.device_code,
            "user_code": codes.user_code,
            "verification_uri": self._verification_uri,
            # RFC 8628 §3.3.1, as for a QR code: the page shows the code, and decides nothing.
            "verification_uri_complete": f"{self._verification_uri}?user_code={codes.user_code}",
            "expires_in": LIFETIME,
            "interval": INTERVAL,
        }
        return Answer.of(200, document)

    def _check_flood(self, source: str) -> None:
        site = site_of(source)
        seconds = self._per_source.wait(site)
        if seconds:
            wait = math.ceil(seconds)
            raise OAuthError(
                "too_many_requests",
                f"too many devices ask from here; wait {wait} s",
                headers=((b"retry-after", b"%d" % wait),),
            )
        self._per_source.failed(site)
