"""Where traces and metrics are sent."""

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class TelemetryConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """OpenTelemetry over OTLP/HTTP; what is not set here is as the ``OTEL_*`` variables say.

    ``headers_file`` holds one ``name: value`` a line. ``sample_ratio`` is of the traces that
    begin here; of others, who began them has decided. ``baggage`` lets callers' baggage go
    upstream.
    """

    enabled: bool = False
    endpoint: str = ""
    headers_file: str = ""
    service_name: str = ""
    sample_ratio: Share = 1.0
    baggage: bool = False
