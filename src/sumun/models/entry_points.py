"""Which kinds of models there are: the library's own, and those of packages that add one."""

import os
from collections.abc import Callable
from functools import partial
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from sumun.models.protocol import Load, ModelSettings, ModelUnusable, TextModel

GROUP = "sumun.recognizers"
"""The entry-point group: a name, and a function that takes settings and returns a model."""


class Kind(NamedTuple):
    """A kind of model that Sumun can load itself, and what must be installed for it."""

    module: str
    extra: str
    packages: tuple[str, ...]
    needs_path: bool
    languages: tuple[str, ...] = ()


KINDS = {
    "presidio": Kind("sumun.models.presidio", "presidio", ("presidio_analyzer",), False, ("en",)),
    "gliner": Kind("sumun.models.gliner", "gliner", ("onnxruntime", "tokenizers"), True),
    "hugging_face": Kind("sumun.models.hugging_face", "hf", ("onnxruntime", "tokenizers"), True),
    "kiwi": Kind("sumun.models.kiwi", "kiwi", ("kiwipiepy",), False, ("ko",)),
}


def prepare(kind: str, settings: ModelSettings) -> Callable[[], TextModel]:
    """Return what loads a model, once it is sure that there is something to load.

    Raises
    ------
    ModelUnusable
        If the kind is unknown, its package is not installed, or the path leads nowhere.

    """
    own = KINDS.get(kind)
    if own is None:
        return partial(_foreign(kind), settings)
    missing = [name for name in own.packages if find_spec(name) is None]
    if missing:
        raise ModelUnusable(
            f"{kind} needs {' and '.join(missing)}: pip install 'sumun[{own.extra}]'"
        )
    if own.needs_path and not settings.path:
        raise ModelUnusable(f"{kind} needs path: the folder the model was saved to")
    if settings.path and not Path(settings.path).is_dir():
        raise ModelUnusable(f"{settings.path} is not a folder; models are never downloaded")
    return partial(_load, own.module, settings)


def _load(module: str, settings: ModelSettings) -> TextModel:
    # Said before a library is imported that would read it only once.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    load: Load = _attribute(module)
    return load(settings)


def _attribute(module: str) -> Load:
    from importlib import import_module  # noqa: PLC0415

    load: Load = import_module(module).load
    return load


def _foreign(kind: str) -> Load:
    found = {each.name: each for each in entry_points(group=GROUP)}
    if kind not in found:
        known = ", ".join(sorted({*KINDS, *found}))
        raise ModelUnusable(f"there is no kind of model called {kind!r}; there are {known}")
    try:
        load: Load = found[kind].load()
    except Exception as error:  # noqa: BLE001 - whatever its library raises
        raise ModelUnusable(f"{kind} cannot be imported: {error}") from None
    return load
