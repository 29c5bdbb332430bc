"""Small models, made here and saved as the tools that train and export models save them."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordLevel, WordPiece

from sumun.models import ModelSettings


def _save(folder: Path, nodes, inputs, outputs, weights) -> None:
    graph = helper.make_graph(
        nodes,
        "small",
        inputs,
        outputs,
        [numpy_helper.from_array(each, name) for name, each in weights.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), folder / "model.onnx")


def _ids(name: str):
    return helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])


@pytest.fixture
def settings():
    def make(path: Path | str = "", **given) -> ModelSettings:
        return ModelSettings(**{"name": "small", "path": str(path), **given})

    return make


@pytest.fixture
def classifier(tmp_path: Path) -> Path:
    """A token classifier that knows a few names by their pieces."""
    folder = tmp_path / "classifier"
    folder.mkdir()
    labels = ["O", "B-PS", "I-PS", "B-LC", "I-LC", "B-XX"]
    judged = {
        "Mina": 1, "Park": 2, "Jo": 1, "##han": 1, "##na": 2, "김": 1, "##민수": 2,
        "Seoul": 3, "서울": 3, "##시": 4, "thing": 5,
    }  # fmt: skip
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces = [*special, *judged, "met", "in", "##가", "##에", "was"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "model_type": "bert",
        "max_position_embeddings": 32,
        "id2label": {str(number): label for number, label in enumerate(labels)},
    }
    (folder / "config.json").write_text(json.dumps(config))
    weights = np.zeros((len(pieces), len(labels)), dtype=np.float32)
    weights[:, 0] = 5
    for piece, label in judged.items():
        weights[vocabulary[piece], 0] = 0
        weights[vocabulary[piece], label] = 5
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "t", "l"])
    nodes = [helper.make_node("Gather", ["weights", "input_ids"], ["logits"])]
    inputs = [_ids("input_ids"), _ids("attention_mask")]
    _save(folder, nodes, inputs, [logits], {"weights": weights})
    return folder


@pytest.fixture
def span_model(tmp_path: Path) -> Path:
    """A span model with GLiNER's inputs: the first and last word of a span speak for it."""
    folder = tmp_path / "gliner"
    folder.mkdir()
    words = ["[UNK]", "<<ENT>>", "<<SEP>>", "person", "city", "Mina", "Park", "Seoul", "met", "."]
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"max_width": 3, "max_len": 12, "ent_token": "<<ENT>>", "sep_token": "<<SEP>>"}
    (folder / "gliner_config.json").write_text(json.dumps(config))
    weights = np.full((len(words), 2), -5, dtype=np.float32)
    weights[words.index("Mina"), 0] = weights[words.index("Park"), 0] = 3
    weights[words.index("Seoul"), 1] = 3
    of = helper.make_node
    nodes = [
        of("Gather", ["weights", "input_ids"], ["of_tokens"]),
        of("ReduceMax", ["words_mask"], ["count"], keepdims=0),
        of("Add", ["count", "one"], ["stop"]),
        of("Range", ["one", "stop", "one"], ["numbers"]),
        of("Unsqueeze", ["numbers", "column"], ["number_column"]),
        of("Equal", ["number_column", "words_mask"], ["is_word"]),
        of("Cast", ["is_word"], ["place"], to=TensorProto.FLOAT),
        of("Squeeze", ["of_tokens", "first_axis"], ["token_rows"]),
        of("MatMul", ["place", "token_rows"], ["of_words"]),
        of("Sub", ["count", "one"], ["last_word"]),
        of("Min", ["span_idx", "last_word"], ["within"]),
        of("Gather", ["of_words", "within"], ["of_ends"]),
        of("ReduceSum", ["of_ends", "ends_axis"], ["of_spans"], keepdims=0),
        of("ReduceSum", ["signs_of_spans", "last_axis"], ["width"], keepdims=1),
        of("Add", ["of_spans", "width"], ["scored"]),
        of("Reshape", ["scored", "shape"], ["logits"]),
    ]
    nodes.insert(13, of("Mul", ["within_float", "signs"], ["signs_of_spans"]))
    nodes.insert(13, of("Cast", ["within"], ["within_float"], to=TensorProto.FLOAT))
    inputs = [
        *map(_ids, ("input_ids", "attention_mask", "words_mask", "text_lengths")),
        helper.make_tensor_value_info("span_idx", TensorProto.INT64, ["batch", "spans", 2]),
        helper.make_tensor_value_info("span_mask", TensorProto.BOOL, ["batch", "spans"]),
    ]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", "l", "k", "c"])
    integers = {"one": 1, "column": [1], "first_axis": [0], "ends_axis": [2], "last_axis": [2]}
    numbers = {name: np.array(value, dtype=np.int64) for name, value in integers.items()}
    shape = np.array([1, -1, 3, 2], dtype=np.int64)
    signs = np.array([-0.5, 0.5], dtype=np.float32)
    _save(
        folder, nodes, inputs, [logits],
        {"weights": weights, "shape": shape, "signs": signs, **numbers},
    )  # fmt: skip
    return folder
