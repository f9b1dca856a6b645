"""A person in front of a browser: joins, signs in, opens pages."""

import base64
import hashlib
import hmac
import struct
import time
from importlib import resources

PASSWORD = "correct horse battery staple"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def code(secret, at=None):
    """A time-based one-time password (RFC 6238, SHA-1, six digits, 30 seconds)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


class Person:
    """One browser profile. What the browser complains of is kept in ``complaints``."""

    def __init__(self, browser, url, name, **options):
        self.url, self.name = url, name
        self.context = browser.new_context(viewport={"width": 1100, "height": 900}, **options)
        self.page = self.context.new_page()
        self.secret = None
        self.complaints: list[str] = []
        self.page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @property
    def email(self):
        return f"{self.name.lower()}@example.org"

    def go(self, path):
        return self.page.goto(self.url + path)

    def join(self, link):
        """Make the account and set up codes from an app."""
        self.page.goto(link)
        self.page.fill("#id_name", self.name)
        self.page.fill("#id_email", self.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("text=Make the account")
        self.page.click("text=Codes from an app")
        self.secret = self.page.input_value("#authenticator_secret")
        self.page.fill("#id_code", code(self.secret))
        self.page.click("main button[type=submit]")
        self.page.wait_for_selector("#recovery_codes")

    def sign_in(self):
        """Sign in with password and code. A code is good once, so it takes the next one."""
        self.go("/accounts/login/")
        self.page.fill("#id_login", self.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main button:has-text('Sign in') >> nth=0")
        self.page.wait_for_selector("#id_code")
        self.page.fill("#id_code", code(self.secret, time.time() + 30))
        self.page.click("main button:has-text('Sign In')")
        self.page.wait_for_selector("text=Sign out")

    def sign_out(self):
        self.page.click("header >> text=Sign out")
        self.page.wait_for_url("**/accounts/login/**")

    def invite(self, name, *roles):
        """As administrator: the link for somebody with these roles."""
        self.go("/people/invite")
        if "reauthenticate" in self.page.url:
            self.page.fill("#id_password", PASSWORD)
            self.page.click("main button[type=submit] >> nth=0")
            self.page.wait_for_url("**/people/invite")
        self.page.fill("#id_name", name)
        for role in roles:
            self.page.check(f"label:has-text('{role}')")
        self.page.fill("#id_reason", "a test")
        self.page.click("text=Make the link")
        return self.page.inner_text("main code")

    def wait_for_the_worker(self):
        """Look at the incident again until nobody works on it."""
        for _ in range(60):
            self.page.wait_for_load_state()
            if not self.page.is_visible("text=This incident is being worked on"):
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError("the worker does not come to an end")

    def barriers(self):
        """What axe-core finds on the page against WCAG 2.2 A and AA, one line each."""
        script = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
        self.page.evaluate(script)
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{self.page.url} {row['id']}: {node['html'][:160]}"
            for row in found["violations"]
            for node in row["nodes"]
        ]

    def leave(self):
        self.context.close()
