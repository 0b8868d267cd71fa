#!/usr/bin/env python3
"""The main job as somebody types it: real commands on the real draft, and on input that cannot be read.

HITOMACHI_BINARY is the binary; HITOMACHI_TEST_DB, when given, a PostgreSQL URL in which a schema of its own is used.
The draft is ../shared/seed; without it the invented table of examples/ stands in and the golden counts are not asked.
"""
import collections
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

BINARY = os.environ.get("HITOMACHI_BINARY", "build/hitomachi")
SEEDS = glob.glob(os.path.join(os.environ.get("HITOMACHI_SHARED", "../shared"), "seed", "*.txt"))
TABLE = SEEDS[0] if SEEDS else "examples/mizube/table.txt"
FOLDER = tempfile.TemporaryDirectory(prefix="hitomachi-cli-")
CASES = []


def case(function):
    CASES.append(function)
    return function


def database(name):
    """A database nobody has used."""
    server = os.environ.get("HITOMACHI_TEST_DB")
    if not server:
        return os.path.join(FOLDER.name, name + ".db")
    return f"{server}{'&' if '?' in server else '?'}schema=cli_{os.getpid()}_{name}"


def run(db, *words, given=None):
    """Exit code, standard output, standard error."""
    environment = dict(os.environ, HITOMACHI_DB=db, HITOMACHI_CITY="cities/aomori", LC_ALL="C.UTF-8")
    done = subprocess.run([BINARY, *words], env=environment, input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def good(db, *words, given=None):
    code, out, err = run(db, *words, given=given)
    assert code == 0, f"{words}: {code}\n{out}{err}"
    return out


def exported(db, edition="素案"):
    return json.loads(good(db, "plan", "export", edition, "--format", "json"))


@case
def the_draft_with_its_fixes_has_the_golden_counts():
    db = database("golden")
    good(db, "plan", "import", TABLE, "--edition", "素案", "--fix", "all")
    plan = exported(db)
    if not SEEDS:
        return
    kinds = collections.Counter(node["kind"] for node in plan["nodes"])
    above = {node["key"]: node for node in plan["nodes"]}
    under = collections.Counter(above[node["parent"]]["kind"] for node in plan["nodes"] if node["kind"] == "group")
    assert (kinds["policy"], kinds["measure"], kinds["fact"], kinds["initiative"]) == (5, 15, 31, 63), kinds
    assert (under["situation"], under["measure"]) == (18, 31), under
    marks = [mark for node in plan["nodes"] for mark in node["marks"]]
    assert [mark["kind"] for mark in marks] == ["insertion"] * 4, marks
    notes = {(note["kind"], note["node"]) for note in plan["annotations"]}
    assert notes == {("rationale", "2-1-2-1-2"), ("footnote", "3-1-3-2-1")}, notes


@case
def the_same_file_twice_changes_nothing_and_says_so():
    db = database("twice")
    good(db, "plan", "import", TABLE, "--edition", "素案")
    before = exported(db), good(db, "plan", "editions")
    assert good(db, "plan", "import", TABLE, "--edition", "素案").startswith("unchanged")
    assert (exported(db), good(db, "plan", "editions")) == before


@case
def a_key_shows_its_policy_and_words_are_found():
    db = database("show")
    good(db, "apply")
    shown = good(db, "plan", "show", "2-1")
    assert "(1) 子ども・子育て支援の充実" in shown and "2-1-2-1-2" in shown and "(2) 教育" not in shown
    assert good(db, "plan", "show", "basic-2019/2-1") == shown
    for words in (["保育"], ["ほいく"], ["学校", "給食"], ["ｽﾎﾟｰﾂ"]):
        code, out, _ = run(db, "plan", "search", *words)
        assert code == 0 and (out != "") == (words != ["ほいく"]), words
    code, _, err = run(db, "plan", "show", "9-9")
    assert code == 1 and "9-9" in err


@case
def every_format_is_written_and_two_of_them_come_back():
    db, again = database("formats"), database("again")
    good(db, "apply")
    folder = os.path.join(FOLDER.name, "markdown")
    good(db, "plan", "export", "素案", "--format", "md", "--out", folder)
    for name in sorted(os.listdir("cities/aomori/plan")):
        with open(os.path.join("cities/aomori/plan", name), encoding="utf-8") as ours, \
                open(os.path.join(folder, name), encoding="utf-8") as out:
            lines = [line for line in out if not line.startswith("title:")]  # the city's, which its files need not say
            assert list(ours) == lines, name
    good(again, "plan", "import", folder, "--edition", "素案")
    strip = lambda plan: [{k: v for k, v in node.items() if k != "source"} for node in plan["nodes"]]
    assert strip(exported(again)) == strip(exported(db))
    assert good(db, "plan", "export", "--format", "csv").startswith("\ufeffedition,key,parent,kind")
    assert "<!doctype html>" in good(db, "plan", "export", "--format", "html").lower()


@case
def repairs_keep_their_words_and_change_nothing_by_themselves():
    db = database("repairs")
    good(db, "plan", "import", TABLE, "--edition", "素案")
    texts = {node["key"]: node["text"] for node in exported(db)["nodes"]}
    repairs = json.loads(good(db, "plan", "repairs", "素案", "--format", "json"))
    assert len(repairs) >= (18 if SEEDS else 10), len(repairs)
    for repair in repairs:
        literal = "".join(text for _, text in repair["segments"])
        after = "".join(text for op, text in repair["segments"] if op != "-")
        assert repair["from"] == literal == texts[repair["key"]][repair["span"][0]:repair["span"][1]], repair
        assert repair["to"] == after and 0 < repair["confidence"] <= 1, repair


@case
def a_review_is_decided_and_confirmed():
    db = database("review")
    good(db, "plan", "import", TABLE, "--edition", "素案")
    repairs = len(json.loads(good(db, "plan", "repairs", "素案", "--format", "json")))
    good(db, "plan", "decide", "素案", "--accept-fix", "all", "--refuse-repair", "all")
    assert repairs > 0 and json.loads(good(db, "plan", "repairs", "素案", "--format", "json")) == []
    good(db, "plan", "confirm", "素案")
    code, _, err = run(db, "plan", "decide", "素案", "--refuse-fix", "all")
    assert code == 1 and err != ""


@case
def what_cannot_be_read_is_refused_with_its_place_and_changes_nothing():
    db = database("bad")
    good(db, "apply")
    before = good(db, "plan", "editions")
    with open(TABLE, "rb") as table:
        text = table.read()
    shift_jis = "基本政策名\t2 水辺\n".encode("cp932")
    for name, bytes_, says in (("empty", b"", "empty"), ("binary", bytes(range(256)) * 4, ""),
                               ("nul", text[:300] + b"\0", ""), ("not-utf8", text[:300] + b"\xff", ""),
                               ("shift_jis", shift_jis, "Shift_JIS"), ("prose", "きょうはよい天気です。\n".encode(), "")):
        path = os.path.join(FOLDER.name, name + ".txt")
        with open(path, "wb") as out:
            out.write(bytes_)
        code, _, err = run(db, "plan", "import", path, "--edition", "案")
        assert code == 1 and err.startswith(name + ".txt") and says in err, f"{name}: {code} {err}"
    assert good(db, "plan", "editions") == before


def written(name, text):
    path = os.path.join(FOLDER.name, name)
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(text)
    return path


OLD_LINES = "海の計画\n政策 (1) 港\n主な取組\n①整備\n《船》\n●古い港を1,845か所で直します。\n●魚を守ります。\n"
NEW_LINES = "海の計画\n政策 (1) 港\n主な取組\n①丘\n②整備\n《船》\n●魚を守ります。\n●古い港を1,945か所で直します。\n"


@case
def two_files_compared_give_both_back_in_every_format():
    db = database("files")  # is never opened
    old, new = written("old.txt", OLD_LINES), written("new.txt", NEW_LINES)
    text = good(db, "plan", "diff", old, new)
    assert "[-1,845-]{+1,945+}" in text and "~ [-①-]{+②+}整備" in text and "< ●魚を守ります。" in text, text
    script = json.loads(good(db, "plan", "diff", old, new, "--format", "script"))
    both = {"-": "", "+": ""}
    rest = {"-": OLD_LINES, "+": NEW_LINES}
    for op, count in script["script"]:
        for side in both:
            if op in ("=", side):
                both[side], rest[side] = both[side] + rest[side][:count], rest[side][count:]
    assert both == {"-": OLD_LINES, "+": NEW_LINES} and not any(rest.values()), script
    assert script["moves"] == [["n000006", "n000006"]], script
    redline = json.loads(good(db, "plan", "diff", old, new, "--format", "json"))
    for side, lines in (("-", OLD_LINES), ("+", NEW_LINES)):
        pieces = [piece for row in redline["rows"] if row["op"] in ("=", side)
                  for part in ("head", "text", "tail") for piece in row.get(part, [])]
        assert "".join(piece[1] for piece in pieces if piece[0] in ("=", side)) == lines, side
    assert redline["counts"]["moved"] == 1 and redline["counts"]["renumbered"] == 1, redline["counts"]
    page = os.path.join(FOLDER.name, "page.html")
    good(db, "plan", "diff", old, new, "--format", "html", "--view", "words", "--out", page)
    with open(page, encoding="utf-8") as out:
        assert "<del>1,845</del><ins>1,945</ins>" in out.read()
    assert good(db, "plan", "diff", old, old, "--format", "script").startswith('{"script":[["=",')


@case
def editions_are_compared_by_their_keys_and_files_beside_them():
    db = database("compared")
    good(db, "apply")
    folder = os.path.join(FOLDER.name, "compared")
    good(db, "plan", "export", "素案", "--format", "md", "--out", folder)
    count = lambda *words: json.loads(good(db, "plan", "diff", *words, "--format", "json"))["counts"]
    assert not any(count("素案", "素案").values())
    assert not any(count("素案", folder).values())
    first = sorted(os.listdir(folder))[0]
    with open(os.path.join(folder, first), encoding="utf-8") as policy:
        lines = policy.read().split("\n")
    at = max(i for i, line in enumerate(lines) if line.startswith("- ") and line.endswith("}"))
    key = lines[at].rsplit("{#", 1)[1]
    written(os.path.join("compared", first), "\n".join(lines[:at] + ["- まったく別の文にしました。 {#" + key] + lines[at + 1:]))
    by_key, blind = count("素案", folder), count("素案", folder, "--match", "blind")
    assert by_key["edited"] == 1 and by_key["inserted"] == by_key["deleted"] == 0, by_key
    assert blind["inserted"] == blind["deleted"] == 1 and blind["edited"] == 0, blind
    bad = os.path.join(FOLDER.name, "not-utf8.txt")
    with open(bad, "wb") as out:
        out.write("港\n".encode() + b"\xff")
    for words, says in ((["素案", "無い版"], "無い版"), ([bad, "素案"], "not-utf8.txt:2:1"),
                        (["素案", "素案", "--format", "x"], "--format takes"),
                        (["素案", "素案", "--match", "x"], "--match takes")):
        code, _, err = run(db, "plan", "diff", *words)
        assert code == 1 and says in err, f"{words}: {code} {err}"


def rebuilt(old_lines, table):
    """The new lines from the old ones and what a table prints, by another hand than the program's: flat documents."""
    text = lambda row, side: "".join(piece[1] for piece in row[side])
    lines, rows = list(old_lines), table["rows"]
    find = lambda row, line: [i for i, at in enumerate(old_lines) if at == line][max(row.get("old_nth", 1), 1) - 1]
    gone = [find(row, text(row, "old")) for row in rows if row["sort"] in ("deleted", "moved_away")]
    for row in rows:
        if row["sort"] == "edited":
            lines[find(row, text(row, "old"))] = text(row, "new")
    lines = [line for i, line in enumerate(lines) if i not in gone]
    for row in rows:
        if row["sort"] in ("inserted", "moved_here"):
            lines.insert(row["new_nth"] - 1, text(row, "new"))
    return lines


@case
def a_comparison_table_gives_the_new_text_back():
    db = database("table")  # is never opened
    old, new = written("old.txt", OLD_LINES), written("new.txt", NEW_LINES)
    words = ("plan", "compare", old, new)
    assert good(db, *words, "--check") == "the old text and 5 rows of the table give all 8 lines of the new text\n"
    assert "--check" in good(db, "help", "plan", "compare")
    page = os.path.join(FOLDER.name, "table.html")
    good(db, *words, "--out", page)
    with open(page, encoding="utf-8") as out:
        html = out.read()
    assert html.index(">現行</th>") < html.index(">改正案</th>") < html.index("（新設）") < html.index("（移動）")
    assert "<del>1,845</del>" in html and "<ins>1,945</ins>" in html and "番号の変更" in html
    ordinance = good(db, *words, "--profile", "ordinance")
    assert ordinance.index(">改正後</th>") < ordinance.index(">改正前</th>") and "備考" not in ordinance
    flat_old, flat_new = ["甲を直す。", "乙を直す。", "再掲", "丙を守る。", "再掲"], ["乙を3回直す。", "丁", "再掲", "甲を直す。"]
    flat = [written(f"flat-{n}.txt", "\n".join(lines) + "\n") for n, lines in enumerate((flat_old, flat_new))]
    table = json.loads(good(db, "plan", "compare", *flat, "--format", "json"))
    assert table["format"] == "hitomachi-comparison/1" and rebuilt(flat_old, table) == flat_new, table
    code, _, err = run(db, *words, "--profile", "x")
    assert code == 1 and "--profile takes one of: plan, ordinance" in err, err


@case
def the_draft_is_frozen_step_by_step():
    db = database("frozen")
    good(db, "apply")
    said = good(db, "plan", "freeze", "--step", "案")
    assert said.startswith("edition 案 frozen: 0 changes in it, 0 still pending\n"), said
    editions = [line.split("\t") for line in good(db, "plan", "editions").splitlines()]
    assert [(name, state) for _, name, state, *_ in editions] == [("素案", "frozen"), ("案", "frozen")], editions
    assert said.splitlines()[1] == editions[1][-1], "the hash is the edition's"
    assert good(db, "plan", "compare", "素案", "案", "--check").startswith("the old text and 0 rows")
    assert good(db, "plan", "freeze").startswith("edition 諮問 frozen"), "the next step, under its own name"
    assert good(db, "plan", "freeze", "--name", "諮問（修正）", "--step", "諮問").startswith("edition 諮問（修正） frozen")
    for words, says in ((["--name", "案"], "案"), (["--step", "無い段階"], "no step '無い段階'")):
        code, _, err = run(db, "plan", "freeze", *words)
        assert code == 1 and says in err, f"{words}: {code} {err}"


@case
def wrong_calls_say_what_would_be_right():
    db = database("calls")
    for words, says in ((["plan", "imprt"], "no command"), (["plan", "import"], "usage"),
                        (["plan", "show", "--editon", "x"], "no option"), (["serve", "--listen"], "needs a value")):
        code, _, err = run(db, *words)
        assert code == 2 and says in err, f"{words}: {code} {err}"
    code, _, err = run(database("none"), "account", "add", "a", given=b"")
    assert code == 1 and "--password-stdin" in err


@case
def check_says_everything_that_is_wrong():
    good(database("check"), "check", "cities/aomori")
    folder = os.path.join(FOLDER.name, "wrong-city")
    shutil.copytree("cities/aomori", folder)
    path = os.path.join(folder, "services/child/experience.yaml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("zone: public", "zone: moon").replace("session.capacity", "session.capasity"))
    code, _, err = run(database("check"), "check", folder)
    assert code == 1 and "'moon' is not a zone" in err and "did you mean 'capacity'?" in err, err
    code, out, _ = run(database("check"), "check", folder, "--format", "json")
    said = json.loads(out)
    assert code == 1 and said["errors"] == 2 == len(said["problems"]), out
    lines = [text[:text.index(word)].count("\n") + 1 for word in ("zone: public", "session.capacity")]
    assert [problem["line"] for problem in said["problems"]] == lines, out
    assert all(problem["file"] == path and problem["severity"] == "error" for problem in said["problems"]), out
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("basic-2019/2-1-2-2-1]", "basic-2019/2-1-2-2-99]"))
    code, _, err = run(database("check"), "check", folder)
    assert code == 1 and "no node '2-1-2-2-99'" in err, err
    code, _, err = run(database("check"), "check", folder, "--format", "xml")
    assert code == 1 and "text or json" in err, err


def main():
    failed = 0
    for number, function in enumerate(CASES, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}")
        except AssertionError as wrong:
            failed += 1
            print(f"not ok {number} - {function.__name__}\n# " + str(wrong).replace("\n", "\n# "))
    print(f"1..{len(CASES)}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
