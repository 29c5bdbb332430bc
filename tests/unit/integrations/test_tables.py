"""pandas, Polars and Arrow: the same findings, the same types, nothing left in the open."""

import datetime as dt
import pickle
from functools import partial

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sumun.integrations import arrow, pandas, polars

KEY = b"0123456789abcdef0123456789abcdef"
MAIL = "minjun.kim@example.kr"
DATA = {
    "name": ["김민준", None, "x"],
    "note": [f"to {MAIL}", "", None],
    "card": [4111111111111111, 1, 2],
    "ratio": [0.5, None, 1e9],
    "when": [dt.datetime(2026, 1, 1), None, None],  # noqa: DTZ001 - as frames have them
    "nested": [{"mail": MAIL, "n": 1}, None, {"mail": "x", "n": 2}],
    "list": [["010-1234-5678", "x"], [], None],
}
FOUND = {
    (0, "name", "", "PERSON", "김*준"),
    (0, "note", "", "EMAIL_ADDRESS", "m***@example.kr"),
    (0, "card", "", "CREDIT_CARD", "************1111"),
    (0, "nested", ".mail", "EMAIL_ADDRESS", "m***@example.kr"),
    (0, "list", "[0]", "PHONE_NUMBER", "010-****-5678"),
}


def told(columns):
    names = ("row", "column", "path", "entity_type", "masked")
    return set(zip(*(columns[name] for name in names), strict=True))


class TestArrow:
    @pytest.fixture(params=[pa.table, pa.record_batch])
    def batch(self, request):
        return request.param(DATA)

    def test_findings(self, batch):
        found = arrow.scan_batch(batch, first_row=100)
        assert found.schema == arrow.FINDINGS
        assert told(found.to_pydict()) == {(100, *rest) for _, *rest in FOUND}
        assert arrow.scan_batch(batch, entities=["phone"]).num_rows == 1

    def test_the_schema_stays_and_no_value_does(self, batch):
        protected = arrow.protect_batch(batch)
        assert type(protected) is type(batch)
        assert protected.schema == batch.schema
        first = protected.to_pylist()[0]
        assert first["name"] == "김*준"
        assert first["card"] is None
        assert first["when"] == DATA["when"][0]
        assert first["nested"] == {"mail": "m***@example.kr", "n": 1}
        assert first["list"] == ["010-****-5678", "x"]
        assert protected.to_pylist()[1:] == batch.to_pylist()[1:]
        assert arrow.scan_batch(protected, entities=["email", "card", "phone"]).num_rows == 0

    def test_tokens_come_back(self):
        batch = pa.record_batch({"mail": [MAIL, None, "x"], "n": [1, 2, 3]})
        tokens = arrow.protect_batch(batch, action="tokenize", key=KEY)
        assert tokens != batch
        assert arrow.restore_batch(tokens, key=KEY) == batch

    def test_as_spark_and_ray_call_it(self):
        batch = pa.record_batch({"mail": [MAIL]})
        for_spark = partial(arrow.protect_batches, action="tokenize", key=KEY)
        sent = pickle.loads(pickle.dumps(for_spark))
        one, two = sent(iter([batch, batch]))
        assert one == two != batch
        assert arrow.protect_batch(pa.table(batch.to_pydict()), action="redact").to_pydict() == {
            "mail": ["<EMAIL_ADDRESS>"]
        }

    @pytest.mark.parametrize(
        "kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
    )
    def test_kinds_of_text(self, kind):
        batch = pa.record_batch({"mail": pa.array([MAIL, "x", None], kind)})
        protected = arrow.protect_batch(batch)
        assert protected.schema == batch.schema
        assert protected.to_pydict() == {"mail": ["m***@example.kr", "x", None]}

    def test_what_may_hold_neither_text_nor_null(self):
        schema = pa.schema([pa.field("card", pa.int64(), nullable=False)])
        with pytest.raises(ValueError, match="'card'"):
            arrow.protect_batch(pa.record_batch([[4111111111111111]], schema=schema))

    def test_two_columns_of_one_name(self):
        batch = pa.RecordBatch.from_arrays([pa.array([MAIL])] * 2, names=["a", "a"])
        with pytest.raises(ValueError, match="two columns"):
            arrow.protect_batch(batch)


class TestPandas:
    def test_findings(self):
        assert told(pandas.scan_frame(pd.DataFrame(DATA))) == FOUND

    def test_the_types_stay_and_no_value_does(self):
        frame = pd.DataFrame(DATA, index=[7, 8, 9])
        before = frame.copy(deep=True)
        protected = pandas.protect_frame(frame)
        assert list(protected.dtypes) == list(frame.dtypes)
        assert list(protected.index) == [7, 8, 9]
        assert protected["name"][7] == "김*준"
        assert protected["card"].tolist() == [0, 1, 2]
        assert protected["nested"][7] == {"mail": "m***@example.kr", "n": 1}
        assert protected["list"][7] == ["010-****-5678", "x"]
        pd.testing.assert_frame_equal(frame, before)

    @pytest.mark.parametrize("dtype", ["str", "string", "object", "category"])
    def test_kinds_of_text(self, dtype):
        frame = pd.DataFrame({"mail": pd.Series([MAIL, "x", MAIL], dtype=dtype)})
        protected = pandas.protect_frame(frame)
        assert protected["mail"].tolist() == ["m***@example.kr", "x", "m***@example.kr"]
        assert type(protected["mail"].dtype) is type(frame["mail"].dtype)

    def test_a_number_becomes_missing_where_that_is_possible(self):
        frame = pd.DataFrame({"card": pd.Series([4111111111111111, 1], dtype="Int64")})
        protected = pandas.protect_frame(frame)
        assert protected["card"].isna().tolist() == [True, False]
        assert protected["card"].dtype == "Int64"

    def test_tokens_come_back(self):
        frame = pd.DataFrame({"mail": [MAIL, "x"], 5: [1, 2]})
        tokens = pandas.protect_frame(frame, action="tokenize", key=KEY)
        assert not tokens.equals(frame)
        pd.testing.assert_frame_equal(pandas.restore_frame(tokens, key=KEY), frame)


class TestPolars:
    def test_findings(self):
        assert told(polars.scan_frame(pl.DataFrame(DATA, strict=False)).to_dict()) == FOUND

    def test_the_types_stay_and_no_value_does(self):
        frame = pl.DataFrame(DATA, strict=False)
        protected = polars.protect_frame(frame)
        assert protected.schema == frame.schema
        first = protected.row(0, named=True)
        assert first["name"] == "김*준"
        assert first["card"] is None
        assert first["nested"] == {"mail": "m***@example.kr", "n": 1}
        assert first["list"] == ["010-****-5678", "x"]

    @pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
    def test_kinds_of_text(self, dtype):
        frame = pl.DataFrame({"mail": pl.Series([MAIL, "x", None], dtype=dtype)})
        protected = polars.protect_frame(frame)
        assert protected["mail"].to_list() == ["m***@example.kr", "x", None]
        assert protected.schema == frame.schema

    def test_tokens_come_back(self):
        frame = pl.DataFrame({"mail": [MAIL, "x"], "n": [1, 2]})
        tokens = polars.protect_frame(frame, action="tokenize", key=KEY)
        assert not tokens.equals(frame)
        assert polars.restore_frame(tokens, key=KEY).equals(frame)
