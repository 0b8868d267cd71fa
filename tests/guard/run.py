#!/usr/bin/env python3
"""A protected mother and her child (支援措置), looked for with every account, on every page, list, file and API.

HITOMACHI_BINARY is the binary; HITOMACHI_TEST_DB, when given, a PostgreSQL URL in which a schema of its own is used.
The oracle knows nothing of the code: it follows every address it can find, asks for words that stand in what is
hidden, and looks for that in every answer. Before the measure begins it must find it (so that the search is shown to
reach it), while the measure stands never, and after the last day again.
"""
import csv
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse

BINARY = os.environ.get("HITOMACHI_BINARY", "build/hitomachi")
FOLDER = tempfile.TemporaryDirectory(prefix="hitomachi-guard-")
PASSWORD = "kawa-no-kansatsu-2019"
SERVER = os.environ.get("HITOMACHI_TEST_DB")
DB = (f"{SERVER}{'&' if '?' in SERVER else '?'}schema=guard_{os.getpid()}" if SERVER
      else os.path.join(FOLDER.name, "city.db"))
CITY = os.path.join(FOLDER.name, "city")
BEFORE, DURING, AFTER = "2026-06-01", "2026-07-01", "2027-09-01"
CASES = []

# What tells where she is. Each stands in one place only.
SECRETS = {
    "address": "隠れ里九丁目八番", "household's address": "隠れ里の世帯の住所", "postal code": "039-9988",
    "telephone": "017-999-8877", "e-mail": "kakurezato@example.jp", "school": "隠れ里小学校", "note": "隠れ里の下駄箱",
    "delivery": "送り先二丁目",
}
OWN = {"delivery"}  # stands in the measure alone
SERVICE = """
service: attendance
title: {ja: 通学の記録, en: Attendance}
unit: school
carries_out: [basic-2019/2-1-2-2-1]
purpose: {ja: 通学の記録, en: Attendance}
retention: 3 fiscal years
zone: staff
record_types:
  pupil:
    title: {ja: 通学者, en: Pupil}
    fields:
      child: {type: person, required: true, title: {ja: 児童, en: Child}}
      parent: {type: person, title: {ja: 保護者, en: Parent}}
      school: {type: facility, title: {ja: 学校, en: School}}
      note: {type: text, locates: yes, title: {ja: 下駄箱, en: Locker}}
      copied: {type: text, value: child.address, title: {ja: 住所の写し, en: Copy of the address}}
    states: {kept: {ja: 在籍, en: Kept}, left: {ja: 転出, en: Left}}
    starts: kept
    transitions:
      leave: {from: kept, to: left, by: [youth_officer], then: {letter: leaving, to: parent}}
    access:
      resident: {read: "parent = me or child in my.children or child = me"}
      staff: {read: yes, write: yes, create: yes}
"""
LETTER = "# 転出のお知らせ\n\n{child.name}様の宛先は{child.address}です。\n"


def case(function):
    CASES.append(function)
    return function


def command(*words, given=None):
    words = [BINARY, *words, "--db", DB, "--city", CITY]
    done = subprocess.run(words, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def query(sql):
    words = ["sqlite3", DB, sql]
    if SERVER:
        schema = f"guard_{os.getpid()}"
        words = ["psql", "-At", SERVER, "-c", f"set search_path to {schema}", "-c", sql]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line != "SET"]


def load(kind, *rows):
    path = os.path.join(FOLDER.name, kind.replace("/", "-") + ".csv")
    with open(path, "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    command("record", "load", kind, path, "--today", BEFORE)


def make_city():
    subprocess.run(["cp", "-r", "cities/aomori", CITY], check=True)
    os.makedirs(os.path.join(CITY, "services", "school"), exist_ok=True)
    with open(os.path.join(CITY, "services", "school", "attendance.yaml"), "w", encoding="utf-8") as out:
        out.write(SERVICE)
    with open(os.path.join(CITY, "letters", "leaving.md"), "w", encoding="utf-8") as out:
        out.write(LETTER)


ACCOUNTS = {  # login: person, role
    "father": ("M3", ""), "mother": ("M1", ""), "officer": ("", "youth_officer"), "planner": ("", "planner"),
    "father-officer": ("M3", "youth_officer"), "father-registrar": ("M3", "registrar"), "registrar": ("", "registrar"),
}


def make_town():
    make_city()
    command("apply")
    load("facility", ["code", "name", "kind"], ["S1", SECRETS["school"], "school"], ["S2", "表通り小学校", "school"])
    load("household", ["number", "address"], ["H1", SECRETS["household's address"]], ["H2", "表通りの世帯"])
    load("person", ["number", "name", "birth", "address", "postal_code", "phone", "email", "household"],
         ["M1", "谷川 あおば", "1990-04-02", SECRETS["address"], SECRETS["postal code"], SECRETS["telephone"],
          SECRETS["e-mail"], "H1"],
         ["M2", "谷川 こはる", "2016-10-10", SECRETS["address"], "", "", "", "H1"],
         ["M3", "谷川 岩男", "1988-01-20", "表通り一番", "030-0001", "017-111-2222", "omote@example.jp", "H2"],
         ["N1", "表通 ゆき", "2016-05-05", "表通り二番", "", "", "", "H2"])
    load("household", ["number", "head"], ["H3", "M1"])
    load("guardianship", ["guardian", "child", "from"], ["M1", "M2", "2016-10-10"], ["M3", "M2", "2016-10-10"])
    load("attendance/pupil", ["child", "parent", "school", "note"], ["M2", "M3", "S1", SECRETS["note"]],
         ["M2", "M1", "S1", SECRETS["note"]], ["N1", "M3", "S2", "表通りの下駄箱"])
    load("protection", ["number", "person", "kind", "from", "until", "delivery_address"],
         ["SOCHI-1", "M1", "spouse", "2026-06-15", "2027-06-14", SECRETS["delivery"]])
    load("protected_with", ["about", "person"], ["SOCHI-1", "M2"])
    load("protected_from", ["about", "person", "name"], ["SOCHI-1", "M3", "谷川 岩男"])
    for login, (person, role) in ACCOUNTS.items():
        command("account", "add", login, "--name", login, *(["--person", person] if person else []),
                *(["--role", role] if role else []), "--password-stdin", given=PASSWORD + "\n")


class Visitor:
    """Somebody with cookies, at an address of her own."""

    def __init__(self, port, number):
        self.port, self.cookies, self.token, self.address = port, {}, "", f"127.0.1.{number}"

    def ask(self, method, path, form=None):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urllib.parse.urlencode([("csrf", self.token), *form])
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.address, 0))
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        token = re.search(r'name="csrf" value="([^"]+)"', text)
        self.token = token[1] if token else self.token
        return answer.status, text

    def sign_in(self, login):
        self.ask("GET", "/sign-in")
        code, text = self.ask("POST", "/sign-in", [("login", login), ("password", PASSWORD)])
        assert code == 303, f"{login}: {code}\n{text[:2000]}"
        return self


class Served:
    """The city on a day."""

    def __init__(self, today):
        self.server = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--today", today, "--db", DB, "--city", CITY],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = urllib.parse.urlparse(self.server.stdout.readline().strip()).port
        self.number = 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.send_signal(signal.SIGTERM)
        assert self.server.wait(timeout=60) == 0

    def visitor(self, login=""):
        self.number += 1
        visitor = Visitor(self.port, self.number)
        return visitor.sign_in(login) if login else visitor


TYPES = [*(f"registers/{name}" for name in ("person", "household", "guardianship", "facility", "protection",
                                            "protected_with", "protected_from", "organisation")),
         "attendance/pupil", "experience-programme/session", "experience-programme/entry"]
# Pieces of what is hidden: an answer may repeat the question, but never hold the whole.
PIECES = ["隠れ里九", "九丁目", "世帯の住所", "999-8877", "kakurezato", "下駄箱", "隠れ里", "送り先"]


def addresses():
    for kind in TYPES:
        yield f"/services/{kind}"
        yield f"/services/{kind}/list.csv"
        yield f"/services/{kind}/new"
        yield f"/api/v1/services/{kind}"
        for word in PIECES:
            yield f"/services/{kind}?q={urllib.parse.quote(word)}"
            yield f"/services/{kind}/list.csv?q={urllib.parse.quote(word)}"
    yield from ("/", "/mine", "/work", "/services", "/search?q=" + urllib.parse.quote("隠れ里"), "/evaluations")


def is_wanted(path):
    return path.startswith(("/services/", "/records/", "/mine", "/work", "/api/")) and "/attendance" in path \
        or path.startswith(("/records/", "/services/registers", "/mine", "/work"))


def walk(visitor, codes):
    """Every answer that can be reached: path -> text. Codes of records that others know are tried too."""
    seen, answers = set(), {}
    waiting = [*addresses(), *(f"/records/{code}" for code in sorted(codes))]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        code, text = visitor.ask("GET", path)
        answers[path] = text if code == 200 else ""
        for link in re.findall(r'(?:href|action)="([^"#]+)"|"url": ?"([^"]+)"', text):
            link = (link[0] or link[1]).replace("&amp;", "&")
            if link.startswith("/") and is_wanted(link) and "/do/" not in link and link not in seen:
                waiting.append(link)
        for code in set(re.findall(r'/records/([0-9a-z]{20})', text)) - codes:
            codes.add(code)
        if re.fullmatch(r"/records/[0-9a-z]{20}", path):
            waiting += [path + "/history", path + "/edit"]
    return answers


def found(answers):
    return {name for name, words in SECRETS.items() for text in answers.values() if words in text}


def holders(answers, words):
    return sorted(path for path, text in answers.items() if words in text)


class Town:
    """What everybody saw, on each day."""

    def __init__(self):
        make_town()
        self.codes, self.seen = set(), {}
        for day in (BEFORE, DURING, AFTER):
            with Served(day) as served:
                for login in ("registrar", "officer", *ACCOUNTS, ""):
                    self.seen[day, login] = walk(served.visitor(login), self.codes)
        self.measures = self.look_closer()

    def look_closer(self):
        with Served(DURING) as served:
            registrar = served.visitor("registrar")
            code = next(path for path, text in self.seen[BEFORE, "registrar"].items()
                        if re.fullmatch(r"/records/[0-9a-z]{20}", path) and SECRETS["telephone"] in text)
            lines = {"hidden": registrar.ask("GET", code)}
            lines["without a reason"] = registrar.ask("POST", code + "/protection", [("reason", "  ")])
            lines["lifted"] = registrar.ask("POST", code + "/protection", [("reason", "本人からの電話照会")])
            lines["hidden again"] = registrar.ask("GET", code)
            for login in ("officer", "father-registrar", "mother", "father"):
                visitor = served.visitor(login)
                visitor.ask("GET", "/mine")
                lines[login] = visitor.ask("POST", code + "/protection", [("reason", "見たい")])
            officer = served.visitor("officer")
            lines["edit"] = officer.ask("GET", code + "/edit")
            for path in holders(self.seen[BEFORE, "officer"], SECRETS["note"]):
                if re.fullmatch(r"/records/[0-9a-z]{20}", path):
                    officer.ask("GET", path + "/do/leave")
                    code, text = officer.ask("POST", path + "/do/leave", [("version", "1")])
                    assert code == 303, text[:2000]
            for login in ("mother", "father"):
                lines["letters of the " + login] = served.visitor(login).ask("GET", "/mine")
            return lines


@case
def before_the_measure_the_search_reaches_everything(town):
    for login in ("officer", "registrar"):
        names = found(town.seen[BEFORE, login])
        assert names >= set(SECRETS) - OWN, f"{login} finds only {sorted(names)}"
    assert found(town.seen[BEFORE, "father"]) >= {"address", "school", "note"}
    assert found(town.seen[BEFORE, "mother"]) >= {"address", "school", "note", "telephone"}
    assert found(town.seen[BEFORE, ""]) <= {"school"}


def is_beside_them(answers, path):
    """Forms offer every school and every person: then the record itself says whether it is hers."""
    if "/new" in path or "/registers/facility" in path:
        return False
    text = answers.get(re.sub(r"/edit.*", "", path), "")
    return "谷川 あおば" in text or "谷川 こはる" in text


@case
def while_it_stands_nobody_finds_anything(town):
    for login in (*ACCOUNTS, ""):
        answers = town.seen[DURING, login]
        for name, words in SECRETS.items():
            places = holders(answers, words)
            if name == "school":  # a school stands in lists of schools, and never beside her or the child
                places = [path for path in places if is_beside_them(answers, path)]
            assert not places, f"{login or 'nobody'} finds her {name} at {places[:3]}"


@case
def whoever_she_is_protected_from_finds_neither_her_nor_the_child(town):
    for login in ("father", "father-officer", "father-registrar"):
        for words in ("谷川 あおば", "谷川 こはる", "SOCHI-1"):
            places = holders(town.seen[DURING, login], words)
            assert not places, f"{login} finds {words} at {places[:3]}"
        assert holders(town.seen[DURING, login], "表通"), f"{login} finds what is his own"
    assert holders(town.seen[BEFORE, "father"], "谷川 こはる")


@case
def others_find_her_but_not_by_what_is_hidden(town):
    person = "/services/registers/person"
    officer = town.seen[DURING, "officer"]
    assert "谷川 あおば" in officer[person]
    for word in PIECES:
        path = f"{person}?q={urllib.parse.quote(word)}"
        assert "谷川 あおば" in town.seen[BEFORE, "officer"][path] or "谷川 こはる" in \
            town.seen[BEFORE, "officer"][path] or word in ("世帯の住所", "下駄箱", "送り先")
        assert "谷川" not in officer[path], f"{word} finds her"
        assert "谷川" not in officer[path.replace("?", "/list.csv?")], f"{word} finds her in the file"


@case
def after_the_last_day_things_are_as_before(town):
    assert found(town.seen[AFTER, "officer"]) >= set(SECRETS) - OWN
    assert holders(town.seen[AFTER, "father"], "谷川 こはる")


@case
def the_mask_is_lifted_with_a_reason_for_one_answer(town):
    lines = town.measures
    assert SECRETS["telephone"] not in lines["hidden"][1]
    assert lines["without a reason"][0] != 200 and SECRETS["telephone"] not in lines["without a reason"][1]
    assert lines["lifted"][0] == 200 and SECRETS["telephone"] in lines["lifted"][1]
    assert SECRETS["telephone"] not in lines["hidden again"][1]


@case
def nobody_else_lifts_it(town):
    for login in ("officer", "father-registrar", "mother", "father"):
        code, text = town.measures[login]
        assert code in (403, 404), f"{login}: {code}"
        assert not any(words in text for words in SECRETS.values()), login


@case
def a_form_to_change_her_does_not_hold_it(town):
    assert not any(words in town.measures["edit"][1] for words in SECRETS.values())


@case
def a_letter_goes_to_her_with_the_delivery_address_and_not_to_him(town):
    code, text = town.measures["letters of the mother"]
    assert code == 200 and SECRETS["delivery"] in text and SECRETS["address"] not in text
    code, text = town.measures["letters of the father"]
    assert code == 200 and "宛先は" not in text and SECRETS["delivery"] not in text


@case
def the_lifting_is_noted_with_its_reason(town):
    rows = query("select actor, table_name, reason from read_log join read_reason on read_id = read_log.id")
    assert rows == ["registrar|person|本人からの電話照会"], rows


def main():
    print(f"1..{len(CASES)}")
    town = Town()
    good = True
    for number, function in enumerate(CASES, 1):
        name = function.__name__.replace("_", " ")
        try:
            function(town)
            print(f"ok {number} - {name}")
        except AssertionError as problem:
            good = False
            print(f"not ok {number} - {name}\n# " + str(problem).replace("\n", "\n# "))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
