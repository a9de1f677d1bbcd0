"""Page objects: what a person does on the pages that every journey passes."""

from playwright.sync_api import Page, expect

PASSWORD = "made-up-for-the-tests"


class LoginPage:
    """The form at the door of the admin."""

    def __init__(self, page: Page, *, server: str) -> None:
        self.page = page
        self.server = server

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """Fill in the form and wait until the page behind it is there."""
        self.page.goto(f"{self.server}/admin/login/?next=/admin/")
        self.page.locator("#id_username").fill(username)
        self.page.locator("#id_password").fill(password)
        self.page.locator("input[type=submit]").click()
        expect(self.page.locator("#user-tools")).to_be_visible()
