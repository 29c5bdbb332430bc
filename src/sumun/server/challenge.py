"""What somebody is answered who may not see a resource of the server's own."""

from starlette.responses import Response

from sumun.resource import Challenged


def challenge_response(challenged: Challenged) -> Response:
    """Return the refusal as an answer."""
    response = Response(challenged.body, challenged.status, media_type="application/json")
    response.raw_headers.extend(challenged.headers)
    return response
