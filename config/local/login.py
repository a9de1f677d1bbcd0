"""Staff login of this installation: created once, stored in `.local/login`."""

from config.local.environment import write_private
from config.local.places import LOCAL

STAFF_NAME = "staff"
LOGIN_FILE = LOCAL / "login"


def read_login() -> str | None:
    """Return the password, if there is one yet."""
    try:
        lines = LOGIN_FILE.read_text().splitlines()
    except FileNotFoundError:
        return None
    return next((line.removeprefix("password: ") for line in lines if line.startswith("password: ")), None)


def write_login(password: str) -> None:
    """Store the password, for people to look up."""
    write_private(LOGIN_FILE, f"user: {STAFF_NAME}\npassword: {password}\n")
