"""Secrets, by where they come from; the recognizer's name says which kind it is."""

from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.secrets import (
    cloud,
    collaboration,
    communication,
    connections,
    development,
    headers,
    key_files,
    models,
    named,
    operations,
    payment,
)

RECOGNIZERS: tuple[Recognizer, ...] = (
    *cloud.RECOGNIZERS,
    *development.RECOGNIZERS,
    *communication.RECOGNIZERS,
    *payment.RECOGNIZERS,
    *models.RECOGNIZERS,
    *operations.RECOGNIZERS,
    *collaboration.RECOGNIZERS,
    *key_files.RECOGNIZERS,
    *connections.RECOGNIZERS,
    *headers.RECOGNIZERS,
    *named.RECOGNIZERS,
)
