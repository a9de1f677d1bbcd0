"""Health check of this container's web process for Docker: `python config/observability/healthcheck.py`.

Run as a file with the standard library alone: it runs every few seconds and must not load Django each time.
"""

import http.client
import os
import sys

HOST = "127.0.0.1"
PORT = 8000
TIMEOUT_SECONDS = 5


def main(*, port: int = PORT) -> int:
    """Request `/healthz` and return the exit code: 0 if the status was 200, else 1."""
    # Django refuses unknown host names, so the request uses one that it serves.
    name = os.environ.get("ALLOWED_HOSTS", HOST).split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": HOST if name in {"", "*"} else name})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}", file=sys.stderr)  # noqa: T201 - Docker keeps what a health check prints
        return 1
    finally:
        connection.close()
    return 0 if status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main())
