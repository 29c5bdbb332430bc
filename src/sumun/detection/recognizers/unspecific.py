"""Identity numbers of which only a label tells anything."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import number

RECOGNIZERS: tuple[Recognizer, ...] = (
    number(
        "national_id",
        "NATIONAL_ID",
        r"0{7,18}|0{2,6}(?:[-. ]0{1,7}){1,4}",
    ),
)
