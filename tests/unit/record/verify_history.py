#!/usr/bin/env python3
"""Proves the history in a SQLite database without any of the program's code: only what src/record/history.h says.

    verify_history.py FILE       prints what is wrong, one line each behind '# ', and ends with 1 when something is

Every strand is walked from its first entry: numbers, commitments, hashes, the strand's own row, and the heads that
strands have recorded of each other.
"""
import hashlib
import sqlite3
import sys


def number(n):
    return n.to_bytes(8, "big", signed=True)


def text(s):
    data = s if isinstance(s, bytes) else s.encode()
    return number(len(data)) + data


def value(as_number, as_text):
    assert as_number is None or as_text is None, "a value is one thing"
    if as_number is not None:
        return b"\x01" + number(as_number)
    return b"\x00" if as_text is None else b"\x02" + text(as_text)


def commitment(entry, row):
    said = (text("hitomachi value 1") + text(entry["table_name"]) + number(entry["row_id"]) + text(row["field"])
            + value(row["before_number"], row["before_text"]) + value(row["after_number"], row["after_text"]))
    return hashlib.blake2b(said, digest_size=32, key=row["salt"]).digest()


def entry_hash(entry, values, before):
    said = (text("hitomachi entry 1") + text(before) + number(entry["strand_id"]) + number(entry["number"])
            + number(entry["instant"]) + number(entry["day"]) + text(entry["actor"]) + text(entry["event"])
            + text(entry["transition"]) + text(entry["table_name"]) + number(entry["row_id"])
            + number(entry["row_version"]) + number(len(values)))
    for row in values:
        said += text(row["field"]) + text(row["commitment"])
    return hashlib.blake2b(said, digest_size=32).digest()


def is_erased(row):
    kept = ("before_number", "before_text", "after_number", "after_text", "salt")
    return all(row[name] is None for name in kept)


def check_values(entry, values):
    place = f"strand {entry['strand_id']} entry {entry['number']}"
    for row in values:
        if is_erased(row):
            continue
        if row["salt"] is None or commitment(entry, row) != row["commitment"]:
            yield f"{place}: the commitment of {row['field']!r} does not open"


def check_heads(entry, values, hashes):
    if entry["event"] != "strand":
        return
    for row in values:
        at, _, head = (row["after_text"] or "").partition(":")
        if hashes.get((row["field"], at), b"").hex() != head:
            yield f"strand {row['field']}: entry {at} is not what strand {entry['strand_id']} recorded"


def check_strand(database, strand, hashes):
    before, expected = b"", 1
    entries = database.execute("select * from history where strand_id = ? order by number", (strand["id"],)).fetchall()
    for entry in entries:
        values = database.execute("select * from history_value where history_id = ?", (entry["id"],)).fetchall()
        values.sort(key=lambda row: row["field"].encode())
        if entry["number"] != expected:
            yield f"strand {strand['id']}: entry {expected} is missing"
        yield from check_values(entry, values)
        if entry_hash(entry, values, before) != entry["hash"]:
            yield f"strand {strand['id']} entry {entry['number']}: its hash is another"
        yield from check_heads(entry, values, hashes)
        before, expected = entry["hash"], entry["number"] + 1
    if (strand["number"], strand["hash"]) != (expected - 1, before):
        yield f"strand {strand['id']}: its row says another end"


def check(path):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    hashes = {(str(row["strand_id"]), str(row["number"])): row["hash"]
              for row in database.execute("select strand_id, number, hash from history")}
    for strand in database.execute("select * from strand order by id").fetchall():
        yield from check_strand(database, strand, hashes)


def main():
    problems = list(check(sys.argv[1]))
    for problem in problems:
        print("#", problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
