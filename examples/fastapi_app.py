"""A FastAPI application as a protected resource: bearer tokens of a Sumun, scopes per path.

Register a client for it (``sumun client add notes-reader --resource http://localhost:9001
--scope notes:read``), then run ``python examples/fastapi_app.py``.
"""

import os
from typing import Annotated
from urllib.parse import urlsplit

import uvicorn
from fastapi import Depends, FastAPI

from sumun.integrations.fastapi import Principal, Protected

RESOURCE = os.environ.get("RESOURCE", "http://localhost:9001")
app = FastAPI()
sumun = Protected(app, issuer=os.environ.get("ISSUER", "http://localhost:8081"), resource=RESOURCE)


@app.get("/notes")
async def notes(principal: Annotated[Principal, Depends(sumun.needs("notes:read"))]):
    return {"notes of": principal.client_id}


if __name__ == "__main__":
    uvicorn.run(app, port=urlsplit(RESOURCE).port, log_level="warning")
