"""The staff login of this installation: made once, kept in `.local/login`."""

from config.local.environment import write_private
from config.local.places import LOCAL

STAFF_NAME = "staff"
LOGIN_FILE = LOCAL / "login"


def read_login() -> str | None:
    """The password, if there is one yet."""
    try:
        lines = LOGIN_FILE.read_text().splitlines()
    except FileNotFoundError:
        return None
    return next((line.removeprefix("password: ") for line in lines if line.startswith("password: ")), None)


def write_login(password: str) -> None:
    """Keep the password, for people to look up."""
    write_private(LOGIN_FILE, f"user: {STAFF_NAME}\npassword: {password}\n")
