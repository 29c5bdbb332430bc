import importlib
import importlib.util
import subprocess
import sys

import pytest


def test_a_missing_fastmcp_is_one_clear_line(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.delitem(sys.modules, "sumun.integrations.fastmcp", raising=False)
    with pytest.raises(ImportError, match=r"pip install 'sumun\[fastmcp\]'") as error:
        importlib.import_module("sumun.integrations.fastmcp")
    assert "\n" not in str(error.value)


def test_the_decorator_needs_neither_fastmcp_nor_fastapi_nor_pydantic():
    heavy = "{'fastmcp', 'fastapi', 'pydantic', 'mcp'}"
    code = f"import sys, sumun.integrations.security; sys.exit(str({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr.strip() == "set()"
