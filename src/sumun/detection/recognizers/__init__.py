"""All recognizers, one module per family, countries in their own."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers import (
    contact,
    financial,
    kr,
    location,
    network,
    person,
    secrets,
    us,
)

RECOGNIZERS: tuple[Recognizer, ...] = (
    *contact.RECOGNIZERS,
    *kr.RECOGNIZERS,
    *us.RECOGNIZERS,
    *financial.RECOGNIZERS,
    *network.RECOGNIZERS,
    *secrets.RECOGNIZERS,
    *person.RECOGNIZERS,
    *location.RECOGNIZERS,
)
