"""The settings of revealing: for what, for how long, and how much."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

_Words = Annotated[str, msgspec.Meta(max_length=120)]


class PurposeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a purpose is called on the page where people agree, in English and Korean."""

    en: _Words = ""
    ko: _Words = ""


class RevealConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a token may be turned back into its value for a caller.

    What a person grants of ``pii:`` scopes is good for ``ttl`` seconds, and then they are asked
    again. A principal may have ``values_per_minute`` values revealed. ``purposes`` are the reasons
    that may be given, by the name that stands in scopes; none are the usual ones.
    """

    ttl: Annotated[int, msgspec.Meta(ge=60, le=86_400)] = 900
    values_per_minute: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 60
    purposes: dict[str, PurposeConfig] = {}

    @property
    def reasons(self) -> Mapping[str, PurposeConfig]:
        """The purposes there are."""
        return self.purposes or USUAL_PURPOSES


USUAL_PURPOSES: Mapping[str, PurposeConfig] = {
    "customer_support": PurposeConfig(
        en="to answer a customer's request", ko="고객의 요청에 답하기 위해"
    ),
    "fulfilment": PurposeConfig(
        en="to deliver what was ordered or agreed", ko="주문하거나 계약한 것을 이행하기 위해"
    ),
    "data_subject_request": PurposeConfig(
        en="to answer somebody who asks about their own data",
        ko="본인의 개인정보에 대한 요청에 답하기 위해",
    ),
    "incident_response": PurposeConfig(
        en="to find out about a security incident and end it",
        ko="보안 사고를 조사하고 대응하기 위해",
    ),
    "legal_obligation": PurposeConfig(
        en="to do what a law requires", ko="법령상 의무를 지키기 위해"
    ),
}
"""Reasons most organisations have; who has others names all of their own."""
