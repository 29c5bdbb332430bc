"""A plain HTTP API whose requests and answers pass the guard; its tokens come from a Sumun.

Register a client for it (``sumun client add people-reader --resource http://localhost:9003
--scope people:read``), then run ``python examples/plain_api.py``.
"""

import os
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sumun.integrations.api import SumunAPI

RESOURCE = os.environ.get("RESOURCE", "http://localhost:9003")
ISSUER = os.environ.get("ISSUER", "http://localhost:8081")


async def find(request: Request) -> JSONResponse:
    return JSONResponse({"name": request.path_params["name"], "email": "kim@example.com"})


people = Starlette(routes=[Route("/people/{name}", find)])
app = SumunAPI(people, server="people", issuer=ISSUER, resource=RESOURCE, scopes=["people:read"])

if __name__ == "__main__":
    uvicorn.run(app, port=urlsplit(RESOURCE).port, log_level="warning")
