"""``python -m benchmarks [names] [--json]``: run the benchmarks and print one table."""

import argparse
import importlib
import json
import platform
import sys

from benchmarks.load import CannotMeasure
from benchmarks.result import Result, table

BENCHMARKS = {
    "token": "benchmarks.token_endpoint",
    "refresh": "benchmarks.refresh",
    "introspection": "benchmarks.introspection",
    "verification": "benchmarks.verification",
    "passwords": "benchmarks.passwords",
    "gateway": "benchmarks.gateway_call",
    "detection": "benchmarks.detection.speed",
    "accuracy": "benchmarks.detection.accuracy",
    "start": "benchmarks.start",
}


def main() -> int:
    """Return 0 if every goal is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    results: list[Result] = []
    failed = False
    for name in options.names or BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr)
        try:
            results += importlib.import_module(BENCHMARKS[name]).run()
        except CannotMeasure as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
    if options.json:
        machine = {"machine": platform.machine(), "python": platform.python_version()}
        print(json.dumps({**machine, "results": [result.to_json() for result in results]}))
    else:
        print(table(results))
    return 1 if failed or any(result.met is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
