#!/usr/bin/env python3
"""Declarations change while people use the service: the real binary under load, and killed in the middle.

An invented town has a desk that takes tickets. While clerks make tickets, look at them and change them, the town
applies a new column, renames of nearly everything by `was:`, a new service, and a drop. No request may fail; each
ticket that was made is there afterwards, under its new names; its history speaks in the words it was made with.
Then the server is killed with kill -9 in the middle of an apply: the database is at the old declaration or at the new
one. HITOMACHI_BINARY is the binary; HITOMACHI_TEST_DB, when given, a PostgreSQL URL in which schemas of its own are
used: there two servers share the work, and the command, which talks to neither, applies.
"""
import csv
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

BINARY = os.environ.get("HITOMACHI_BINARY", "build/hitomachi")
SERVER = os.environ.get("HITOMACHI_TEST_DB")
FOLDER = tempfile.TemporaryDirectory(prefix="hitomachi-apply-")
PASSWORD = "kawa-no-kansatsu-2019"
WRITERS, READERS = 4, 3
KILLS = int(os.environ.get("HITOMACHI_KILLS", "8"))
CASES = []

CITY_YAML = """\
name: {ja: 水辺町, en: Mizube Town}
code: "131016"
languages: [ja, en]
units: [{id: youth-section, title: {ja: 青少年係, en: Youth section}}]
roles:
  - {id: clerk, title: {ja: 窓口担当, en: Clerk}}
"""

DESK = """\
service: %(service)s
%(service_was)stitle: {ja: 相談窓口, en: Desk}
unit: youth-section
record_types:
  %(type)s:
    %(type_was)stitle: {ja: 受付票, en: Ticket}
    fields:
      subject: {type: text, required: true, title: {ja: 件名, en: Subject}}
      given_on: {type: date, title: {ja: 受付日, en: Given on}}
      %(colour)s
%(extra)s    states: {%(states)s}
    starts: %(starts)s
    transitions:
      close: {from: %(starts)s, to: done, by: [clerk]}
    access:
      clerk: {create: yes, read: yes, write: yes}
indicators:
  %(figure)s
    title: {ja: 件数, en: Tickets}
    kind: output
    unit: {ja: 件, en: tickets}
    date: given_on
    per: fiscal_year
    by: [%(by)s]
    value: count(%(type)s)
"""

FIRST = {
    "service": "desk", "service_was": "", "type": "ticket", "type_was": "",
    "colour": "colour: {type: choice, title: {ja: 色, en: Colour}, choices: {red: {ja: 赤, en: Red}, "
              "blue: {ja: 青, en: Blue}}}",
    "extra": "", "states": "fresh: {ja: 新規, en: Fresh}, done: {ja: 済, en: Done}", "starts": "fresh",
    "figure": "tickets:", "by": "colour",
}
NOTE = "      note: {type: paragraph, title: {ja: 備考, en: Note}}\n"
SECOND = {**FIRST, "extra": NOTE}
THIRD = {
    **SECOND, "service": "counter", "service_was": "was: desk\n", "type": "slip", "type_was": "was: ticket\n    ",
    "colour": "hue: {type: choice, was: colour, title: {ja: 色合い, en: Hue}, choices: {crimson: {ja: 深紅, "
              "en: Crimson, was: red}, blue: {ja: 青, en: Blue}}}",
    "states": "open: {ja: 受付中, en: Open, was: fresh}, done: {ja: 済, en: Done}", "starts": "open",
    "figure": "slips:\n    was: tickets", "by": "hue",
}
FIFTH = {**THIRD, "extra": ""}
SNOW = """\
service: snow
title: {ja: 除雪, en: Snow clearing}
unit: youth-section
record_types:
  request:
    title: {ja: 除雪依頼, en: Request}
    fields:
      place: {type: text, required: true, title: {ja: 場所, en: Place}}
    access:
      clerk: {create: yes, read: yes}
"""


def case(function):
    CASES.append(function)
    return function


def city(name, desk, snow=False):
    """Writes a folder of declarations."""
    path = os.path.join(FOLDER.name, name)
    os.makedirs(os.path.join(path, "services"), exist_ok=True)
    files = {"city.yaml": CITY_YAML, "services/desk.yaml": DESK % desk}
    if snow:
        files["services/snow.yaml"] = SNOW
    for file, text in files.items():
        with open(os.path.join(path, file), "w", encoding="utf-8") as out:
            out.write(text)
    return path


def database(name):
    if not SERVER:
        return os.path.join(FOLDER.name, name + ".db")
    return f"{SERVER}{'&' if '?' in SERVER else '?'}schema=apply_{name}_{os.getpid()}"


def run(db, folder, *words, given=None):
    whole = [BINARY, *words, "--db", db, "--city", folder]
    return subprocess.run(whole, input=given, capture_output=True, text=True, check=False)


def command(db, folder, *words, given=None):
    done = run(db, folder, *words, given=given)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


class Server:
    def __init__(self, db, folder, log):
        self.log_path = os.path.join(FOLDER.name, log)
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--db", db, "--city", folder], stdout=subprocess.PIPE,
            stderr=open(self.log_path, "a", encoding="utf-8"), text=True)
        line = self.process.stdout.readline()
        assert line, "the server did not start:\n" + self.log()
        self.port = urllib.parse.urlparse(line.strip()).port

    def log(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()[-4000:]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.log()


class Visitor:
    """Somebody with cookies, at an address of her own."""

    def __init__(self, port, number):
        self.port, self.cookies, self.token, self.address = port, {}, "", f"127.0.2.{number}"
        self.connection = None

    def ask(self, method, path, form=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text

    def get(self, path):
        code, _, text = self.ask("GET", path)
        assert code == 200, f"GET {path}: {code}\n{text[:3000]}"
        token = re.search(r'name="csrf" value="([^"]+)"', text)
        self.token = token[1] if token else self.token
        return text

    def post(self, path, fields):
        code, location, text = self.ask("POST", path, [("csrf", self.token), *fields])
        assert code == 303, f"POST {path} {fields}: {code}\n{text[:3000]}"
        return location

    def sign_in(self, login):
        self.get("/sign-in")
        self.post("/sign-in", [("login", login), ("password", PASSWORD)])
        return self


# --- the load --------------------------------------------------------------------------------------------------------


class Load:
    """Clerks at work. What is made is noted with what was typed; what goes wrong is noted and ends the load."""

    def __init__(self, servers):
        self.made, self.wrong, self.requests = {}, [], 0
        self.names = {"service": "desk", "type": "ticket", "colour": "colour", "red": "red"}
        self.stops, self.lock = threading.Event(), threading.Lock()
        self.threads = []
        for number in range(WRITERS + READERS):
            visitor = Visitor(servers[number % len(servers)].port, 10 + number).sign_in("clerk")
            work = self.write if number < WRITERS else self.read
            self.threads.append(threading.Thread(target=self.go, args=(work, visitor, random.Random(number))))
        for thread in self.threads:
            thread.start()

    def go(self, work, visitor, chance):
        try:
            while not self.stops.is_set():
                work(visitor, chance)
        except Exception as wrong:  # whatever it was, it is a failed request
            with self.lock:
                self.wrong.append(f"{type(wrong).__name__}: {wrong}")
            self.stops.set()

    def count(self, requests):
        with self.lock:
            self.requests += requests

    def write(self, visitor, chance):
        """The form as it is now; it may be sent when it is not any more."""
        with self.lock:
            names = dict(self.names)
        path = f"/services/{names['service']}/{names['type']}/new"
        page = visitor.get(path)
        field = "hue" if 'name="f.hue"' in page else "colour"
        red = "crimson" if 'value="crimson"' in page else "red"
        choice = chance.choice([red, "blue"])
        subject = f"件名{chance.randrange(10**12)}"
        time.sleep(chance.random() * 0.05)
        note = [("f.note", "覚え書き")] if 'name="f.note"' in page else []
        location = visitor.post(
            path, [("f.subject", subject), ("f.given_on", "2026-05-01"), (f"f.{field}", choice), *note])
        code = re.match(r"/records/([0-9a-z]{20})", location)
        assert code, location
        with self.lock:
            self.made[code[1]] = {"subject": subject, "blue": choice == "blue", "done": False}
        if chance.random() < 0.3:
            visitor.get(f"/records/{code[1]}")
            visitor.post(f"/records/{code[1]}/do/close", [])
            with self.lock:
                self.made[code[1]]["done"] = True
        self.count(4)

    def read(self, visitor, chance):
        with self.lock:
            names, codes = dict(self.names), list(self.made)
        visitor.get(f"/services/{names['service']}/{names['type']}")
        visitor.get("/services")
        if codes:
            code = chance.choice(codes)
            visitor.get(f"/records/{code}")
            visitor.get(f"/records/{code}/history")
        self.count(4)

    def wait(self, seconds):
        self.stops.wait(seconds)
        assert not self.wrong, "\n".join(self.wrong)

    def end(self):
        self.stops.set()
        for thread in self.threads:
            thread.join()
        assert not self.wrong, "\n".join(self.wrong)


def prepare(db, folder):
    command(db, folder, "apply")
    command(db, folder, "account", "add", "clerk", "--name", "窓口", "--role", "clerk", "--password-stdin",
            given=PASSWORD + "\n")


@case
def no_request_fails_while_declarations_change():
    db = database("load")
    first, second, third = city("first", FIRST), city("second", SECOND), city("third", THIRD)
    fourth, fifth = city("fourth", THIRD, snow=True), city("fifth", FIFTH, snow=True)
    prepare(db, first)
    servers = [Server(db, first, "load-log") for _ in range(2 if SERVER else 1)]
    load = Load(servers)
    try:
        load.wait(1.5)
        assert "new column: desk__ticket.note" in command(db, second, "apply")
        load.wait(1.5)
        said = command(db, third, "apply")
        for step in ("table renamed: counter__slip (desk__ticket -> counter__slip)",
                     "column renamed: counter__slip.hue (colour -> hue)",
                     "choice renamed: counter__slip.hue (red -> crimson)",
                     "state renamed: counter__slip (fresh -> open)",
                     "indicator renamed: counter/slips (desk/tickets -> counter/slips)"):
            assert step in said, said
        load.wait(1.0)  # old addresses still lead to it
        load.names = {"service": "counter", "type": "slip"}
        load.wait(1.0)
        assert "new table: snow__request" in command(db, fourth, "apply")
        load.wait(1.0)
        export = os.path.join(FOLDER.name, "dropped")
        said = command(db, fifth, "apply", "--drop", "--export", export)
        assert "column dropped: counter__slip.note" in said, said
        load.wait(1.5)
    finally:
        load.stops.set()
        for thread in load.threads:
            thread.join()
    load.end()
    check_result(servers[-1].port, load, export)
    wait_for_figures(db, fifth)
    for server in servers:
        server.stop()
    assert "everything agrees" in command(db, fifth, "verify")
    assert len(load.made) > 30, len(load.made)
    print(f"# {load.requests} requests, {len(load.made)} tickets made, none failed")


def wait_for_figures(db, folder):
    """The server counts what a declaration counts otherwise; all else agrees at once."""
    for _ in range(100):
        said = run(db, folder, "verify").stdout
        if "everything agrees" in said:
            return
        assert "1 problems were found" in said and "has not been counted" in said, said
        time.sleep(0.2)
    raise AssertionError("the figures were never counted:\n" + said)


def check_result(port, load, export):
    """Each ticket stands under its new names; its history says what it said then."""
    visitor = Visitor(port, 99).sign_in("clerk")
    assert "除雪" in visitor.get("/services/snow")
    words = set()
    for number, (code, ticket) in enumerate(load.made.items()):
        page = visitor.get(f"/records/{code}")
        assert ticket["subject"] in page and "色合い" in page, page[:3000]
        assert ("青" if ticket["blue"] else "深紅") in page, (ticket, page[:3000])
        assert ("済" if ticket["done"] else "受付中") in page, (ticket, page[:3000])
        assert "覚え書き" not in page, "what was dropped is still to be seen"
        if number % max(1, len(load.made) // 60) == 0:
            words.update(re.findall("新規|受付中|赤|深紅|備考|覚え書き", visitor.get(f"/records/{code}/history")))
    assert {"新規", "赤", "深紅", "備考", "覚え書き"} <= words, words
    files = [os.path.join(folder, file) for folder, _, names in os.walk(export) for file in names]
    assert [os.path.basename(file) for file in files] == ["counter__slip.note.csv"], files
    with open(files[0], encoding="utf-8", newline="") as rows:
        found = list(csv.reader(rows))
    assert found[0] == ["id", "row_code", "note"] and len(found) > 10, found[:3]
    assert {row[1] for row in found[1:]} <= set(load.made), "the export names tickets that nobody made"
    assert {row[2] for row in found[1:]} == {"", "覚え書き"}, found[:3]


# --- killed ----------------------------------------------------------------------------------------------------------


def state_of(db, folders):
    """The folder whose declaration the database is at."""
    at = [folder for folder in folders if "another declaration" not in (said := run(db, folder, "verify")).stderr
          and "not applied with this declaration" not in said.stderr]
    assert len(at) == 1, (at, said.stdout, said.stderr)
    return at[0]


@case
def kill_9_in_the_middle_leaves_the_old_or_the_new():
    first, third = city("first", FIRST), city("third", THIRD)
    ends = set()
    for number in range(KILLS):
        db = database(f"kill{number}")
        prepare(db, first)
        server = Server(db, first, "kill-log")
        load = Load([server])
        load.stops.wait(0.6)
        applying = subprocess.Popen([BINARY, "apply", "--db", db, "--city", third], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        time.sleep(0.005 + (0.6 if SERVER else 0.2) * number / KILLS)
        if SERVER:
            applying.kill()
        server.process.kill()
        server.process.wait()
        applying.wait()
        load.stops.set()
        for thread in load.threads:
            thread.join()
        folder = state_of(db, [first, third])
        ends.add(os.path.basename(folder))
        command(db, folder, "apply")  # figures that nobody counted any more are counted
        assert "everything agrees" in command(db, folder, "verify")
        again = Server(db, folder, "kill-log")
        visitor = Visitor(again.port, 98).sign_in("clerk")
        title = "色合い" if folder == third else "色"
        for code, ticket in load.made.items():
            page = visitor.get(f"/records/{code}")
            assert ticket["subject"] in page and title in page, page[:3000]
        again.stop()
    print(f"# {KILLS} kills; the database was at: {', '.join(sorted(ends))}")


@case
def what_is_wrong_comes_back_with_its_place_and_changes_nothing():
    db = database("wrong")
    first = city("first", FIRST)
    broken = city("broken", {**FIRST, "by": "color"})
    never = city("never", {**FIRST, "colour": FIRST["colour"].replace("{type: choice", "{type: choice, was: tint")
                           .replace("colour:", "shade:"), "by": "shade"})
    prepare(db, first)
    server = Server(db, first, "wrong-log")
    for folder, words in ((broken, "desk.yaml:24:10: "), (never, "never had the field 'tint' here")):
        said = run(db, folder, "apply")
        assert said.returncode != 0 and words in said.stderr, said.stdout + said.stderr
    assert "services: the database is as declared" in command(db, first, "apply")
    server.stop()
    assert SERVER or not os.path.exists(db + ".sock")


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    for number, test in enumerate(CASES, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except AssertionError as wrong:
            failed += 1
            print(f"not ok {number} - {name}\n# " + str(wrong).replace("\n", "\n# "), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
