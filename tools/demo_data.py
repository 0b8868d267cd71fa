#!/usr/bin/env python3
"""Fills the running demo by its own pages, as people would: one session with few places, and a family that has them.

    tools/demo_data.py URL PASSWORD

Does nothing when the sample city has a session already. Everything it makes is invented and says so.
"""
import datetime
import html
import http.cookiejar
import re
import sys
import urllib.parse
import urllib.request

SERVICE = "/services/experience-programme"
FACILITY = "見本の森 自然体験館（架空）"


class Visitor:
    """Somebody signed in: forms are sent with what they hold."""

    def __init__(self, origin, login, password):
        self.origin = origin
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.send("/sign-in", {"login": login, "password": password})

    def read(self, path):
        with self.opener.open(self.origin + path) as answer:
            self.path = urllib.parse.urlparse(answer.url).path
            return answer.read().decode()

    def send(self, path, fields, action=None):
        """The token of the page at `path`, and the fields; to `action` where that is another address."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.read(path)).group(1)
        body = urllib.parse.urlencode({"csrf": token, **fields}, doseq=True).encode()
        request = urllib.request.Request(self.origin + (action or path), body, {"Origin": self.origin})
        with self.opener.open(request) as answer:
            self.path = urllib.parse.urlparse(answer.url).path
            return answer.read().decode()


def value_of(page, words):
    """The value of the option or box that is called so."""
    found = re.search(r'value="([^"]+)"[^>]*> ?' + re.escape(words), page)
    return html.unescape(found.group(1))


def fill(origin, password):
    officer = Visitor(origin, "youth_officer", password)
    if re.search(r'href="/records/', officer.read(f"{SERVICE}/session")):
        return
    today = datetime.date.today()
    form = f"{SERVICE}/session/new"
    officer.send(form, {
        "f.name": "雪の森たんけん（見本）",
        "f.place": value_of(officer.read(form), FACILITY),
        "f.held_on": today + datetime.timedelta(days=28),
        "f.closes_on": today + datetime.timedelta(days=21),
        "f.capacity": 3,
    })
    session = officer.path
    officer.send(session, {"version": 1}, f"{session}/do/publish")
    family = Visitor(origin, "reida", password)
    form = f"{SERVICE}/entry/new?about={session.split('/')[-1]}"
    page = family.read(form)
    children = [value_of(page, name) for name in ("例田 りく", "例田 めい")]
    family.send(form, {"f.child": children, "f.group": "見本の例田家"})


if __name__ == "__main__":
    fill(sys.argv[1], sys.argv[2])
