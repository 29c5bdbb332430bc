"""What a folder holds that a model for ONNX Runtime was saved to."""

from pathlib import Path
from typing import Any

import msgspec

from sumun.models.protocol import ModelUnusable

MAX_JSON = 64 * 1024 * 1024
"""Bytes of the largest file of settings or vocabulary beside a model."""


def read_json(path: Path) -> dict[str, Any]:
    """Return what a JSON file beside a model says.

    Raises
    ------
    ModelUnusable
        If it cannot be read.

    """
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MAX_JSON), type=dict[str, Any])
    except (OSError, msgspec.DecodeError) as error:
        raise ModelUnusable(f"{path} cannot be read: {error}") from None


def open_session(folder: Path) -> Any:
    """Open the ONNX model of a folder on one thread of the processor.

    Raises
    ------
    ModelUnusable
        If there is none, or it cannot be run.

    """
    import onnxruntime  # noqa: PLC0415 - an extra

    file = next(
        (
            path
            for path in (folder / "model.onnx", folder / "onnx" / "model.onnx")
            if path.is_file()
        ),
        None,
    )
    if file is None:
        raise ModelUnusable(
            f"{folder} holds no model.onnx: export it with "
            "'optimum-cli export onnx' or GLiNER's export_to_onnx"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - whatever its library raises
        raise ModelUnusable(f"{file} cannot be run: {error}") from None


def open_tokenizer(folder: Path) -> Any:
    """Open the tokenizer of a folder.

    Raises
    ------
    ModelUnusable
        If there is none, or it cannot be read.

    """
    from tokenizers import Tokenizer  # noqa: PLC0415 - an extra

    file = folder / "tokenizer.json"
    if not file.is_file():
        raise ModelUnusable(f"{folder} holds no tokenizer.json")
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # noqa: BLE001 - whatever its library raises
        raise ModelUnusable(f"{file} cannot be read: {error}") from None
