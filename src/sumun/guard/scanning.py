"""Detection in a call: at once where rules do it, beside the event loop where a model reads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sumun.detection import ENTITIES, Detector
from sumun.models import Examined, ModelDetector, ModelFailed, ModelRunner

_WAITING = ThreadPoolExecutor(16, thread_name_prefix="models")
"""Threads that wait for models, apart from those that other work is done in."""


async def scan(
    detector: Detector,
    value: object,
    *,
    skip: frozenset[str],
    rejects: Callable[[str], bool],
) -> Examined:
    """Return what is in a value, and which models could not say.

    ``rejects`` tells whether the policy lets nobody pass a type.

    Raises
    ------
    Unscannable
        If the value cannot be scanned, or a model failed that must not.

    """
    if not isinstance(detector, ModelDetector):
        return Examined(detector.scan_tree(value, skip=skip))

    def failed(model: ModelRunner, error: ModelFailed) -> None:
        policy = model.on_failure == "policy" and any(map(rejects, model.entities or ENTITIES))
        if policy or model.on_failure == "refuse":
            raise error

    examine = partial(detector.examine, value, failed, skip=skip)
    return await asyncio.get_running_loop().run_in_executor(_WAITING, examine)
