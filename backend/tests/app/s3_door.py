"""The process of the stand-in for S3: moto's server behind a door that checks presigned addresses.

moto itself takes any signature. `python -m tests.app.s3_door PORT`.
"""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, quote

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # kept connections, as real stores have them

    def log_request(self, *_: Any) -> None:
        pass


def put_door_before(app: App) -> App:
    """Refuse what S3 refuses of addresses with a signature; and all, while the door is closed."""
    is_closed = False

    def door(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        nonlocal is_closed
        path = environ["PATH_INFO"]
        if path in {"/door/close", "/door/open"}:
            is_closed = path == "/door/close"
            start_response("204 No Content", [])
            return []
        if is_closed and not path.startswith("/moto-api"):
            start_response("503 Slow Down", [("Content-Type", "application/xml")])
            return [b"<Error><Code>SlowDown</Code></Error>"]
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        code = None
        if "X-Amz-Signature" in query:
            code = _refusal(environ, query)
        elif "HTTP_AUTHORIZATION" not in environ and not environ["PATH_INFO"].startswith(
            "/moto-api"
        ):
            code = "AccessDenied"
        if code is None:
            return app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "application/xml")])
        return [f"<Error><Code>{code}</Code></Error>".encode()]

    return door


def _refusal(environ: dict[str, Any], query: dict[str, str]) -> str | None:
    if "HTTP_AUTHORIZATION" in environ:  # S3: only one mechanism of authentication is allowed
        return "InvalidArgument"
    signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if datetime.now(UTC) > signed_at + timedelta(seconds=int(query["X-Amz-Expires"])):
        return "AccessDenied"
    given = query.pop("X-Amz-Signature")
    url = f"http://{environ['HTTP_HOST']}{quote(environ['PATH_INFO'])}"
    request = AWSRequest(environ["REQUEST_METHOD"], url, params=query)
    request.context["timestamp"] = query["X-Amz-Date"]
    credentials = Session().get_credentials()
    region = query["X-Amz-Credential"].split("/")[2]
    signer = S3SigV4QueryAuth(credentials, "s3", region, int(query["X-Amz-Expires"]))
    request.headers["host"] = environ["HTTP_HOST"]
    canonical = signer.canonical_request(request)
    right = signer.signature(signer.string_to_sign(request, canonical), request)
    return None if compare_digest(right, given) else "SignatureDoesNotMatch"


if __name__ == "__main__":
    application = put_door_before(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True, request_handler=_Quiet)
