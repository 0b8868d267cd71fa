#!/usr/bin/env python3
"""Prints hitomachi's ratios: import of a plan, pages and search under load beside a bare handler in the same run.

    bench/run.py BUILD_FOLDER        (make bench calls it; the folder holds src/cli/hitomachi and bench/bare_server)

Nothing here passes or fails. Each line says what was run and what it was run against.
"""
import http.cookiejar, os, re, shutil, signal, socket, subprocess, sys, tempfile, time, urllib.parse, urllib.request

BUILD = sys.argv[1]
BINARY = os.path.join(BUILD, "src/cli/hitomachi")
BARE = os.path.join(BUILD, "bench/bare_server")
CREATE = os.path.join(BUILD, "bench/records")
SEED = "../shared/seed/000_fa0ffde3902b6a25.txt"
TABLE = SEED if os.path.exists(SEED) else "examples/mizube/table.txt"
SECONDS = 5


def longer_table(path, times):
    """The table `times` over, every copy under its own basic policies, so that no key repeats."""
    text = open(TABLE, encoding="utf-8").read()
    with open(path, "w", encoding="utf-8") as out:
        for copy in range(times):
            out.write(re.sub(r"(基本政策名\t)(\d+) ", lambda m: f"{m[1]}{int(m[2]) + 10 * copy} ", text))
            out.write("\n\n")


def measured(arguments):
    """Runs a command; answers its output, wall seconds and peak memory in MiB (the largest of it and its children)."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        process = subprocess.Popen(arguments, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        if process.returncode != 0:
            sys.exit(f"{' '.join(arguments)}\n{err.read().decode()}")
        return out.read().decode(), wall, usage.ru_maxrss / 1024


def import_table(text, db, edition):
    """Imports and confirms, as visitors see confirmed editions only."""
    place = ["--db", db]
    _, wall, memory = measured(
        [BINARY, "plan", "import", text, "--edition", edition, *place, "--city", "cities/aomori"])
    measured([BINARY, "plan", "confirm", edition, *place])
    return wall, memory


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("a server did not start")


def load(url, script=None):
    """Requests a second and the 50th and 99th hundredth of latency, as wrk prints them."""
    words = ["-s", script] if script else []
    out, _, _ = measured(["wrk", "-t1", "-c16", f"-d{SECONDS}s", "--latency", *words, url])
    if "Non-2xx" in out:
        sys.exit(f"{url}: not every answer was 200\n{out}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    p50 = re.search(r"^ +50% +(\S+)", out, re.MULTILINE)[1]
    p99 = re.search(r"^ +99% +(\S+)", out, re.MULTILINE)[1]
    return rate, p50, p99


def answer_size(url):
    with urllib.request.urlopen(url) as response:
        return len(response.read())


class Server:
    def __init__(self, arguments, port, log=None):
        self.port = port
        self.log = open(log, "wb") if log else subprocess.DEVNULL
        self.process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=self.log)
        wait_for(port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def import_bench(folder):
    print(f"\n## Import ({TABLE})\n")
    _, _, bare = measured([BINARY, "version"])
    for times in (1, 1000):
        text, db = os.path.join(folder, f"table-{times}.txt"), os.path.join(folder, f"import-{times}.db")
        longer_table(text, times)
        wall, memory = import_table(text, db, "bench")
        size = os.path.getsize(text) / 1e6
        print(f"{times:5} x  {size:7.2f} MB  {wall:7.2f} s  {memory:7.1f} MiB at most in one process")
    print(f"         (the bare process: {bare:.1f} MiB)")


def statements_of(log):
    """How many statements the last request ran, from the server's log."""
    last = 0
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            found = re.search(r'"statements":(\d+)', line)
            if found:
                last = int(found[1])
    return last


def page_bench(folder):
    text, db = os.path.join(folder, "table-200.txt"), os.path.join(folder, "pages.db")
    longer_table(text, 200)
    measured([BINARY, "apply", "--db", db, "--city", "cities/aomori"])
    import_table(text, db, "案")
    port, log = free_port(), os.path.join(folder, "serve.log")
    pages = [("home", "/"), ("policy", "/plan/2-1"), ("node", "/plan/2-1-1-1-1"),
             ("search 保育 (two characters)", "/search?q=" + urllib.parse.quote("保育")),
             ("search 縄文遺跡", "/search?q=" + urllib.parse.quote("縄文遺跡"))]
    print("\n## Pages and search (1,000 policies; wrk, 16 connections; beside a bare handler on the same library that\n"
          "## runs as many SELECTs and sends as many bytes, uncompressed)\n")
    with Server([BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--db", db, "--city", "cities/aomori"], port, log):
        for name, path in pages:
            size = answer_size(f"http://127.0.0.1:{port}{path}")
            time.sleep(0.2)
            selects = statements_of(log)
            rate, p50, p99 = load(f"http://127.0.0.1:{port}{path}")
            bare_port = free_port()
            with Server([BARE, "--port", str(bare_port), "--db", db, "--selects", str(selects), "--bytes", str(size)],
                        bare_port):
                bare, _, _ = load(f"http://127.0.0.1:{bare_port}/")
            print(f"{name:28} {size:8} bytes {selects:3} SELECTs  {rate:8.0f}/s  p50 {p50}  p99 {p99}"
                  f"   bare {bare:8.0f}/s   ratio {rate / bare:.2f}")


def signed_in(port, login, password):
    """The session's cookie, as a browser gets it from the form."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"http://127.0.0.1:{port}/sign-in").read().decode()
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"csrf": token, "login": login, "password": password}).encode()
    browser.open(f"http://127.0.0.1:{port}/sign-in", form).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def record_bench(folder):
    """The bars of creating and reading, with a million records (RECORDS in the environment: another number)."""
    records = os.environ.get("RECORDS", "1000000")
    db, codes, log = (os.path.join(folder, name) for name in ("records.db", "codes", "records.log"))
    print(f"\n## Records (one record type, 20 indicators, {records} records; bench/city)\n")
    out, wall, memory = measured([CREATE, "--db", db, "--city", "bench/city", "--records", records,
                                  "--seconds", str(SECONDS), "--codes", codes])
    print(f"{out.strip()}\n         (with filling {wall:.0f} s; {memory:.0f} MiB)")
    password, port = "a long enough word", free_port()
    subprocess.run([BINARY, "account", "add", "desk", "--name", "desk", "--role", "desk_officer", "--password-stdin",
                    "--city", "bench/city", "--db", db], input=password.encode(), check=True, stdout=subprocess.DEVNULL)
    with Server([BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--db", db, "--city", "bench/city"], port, log):
        os.environ["COOKIE"], os.environ["CODES"] = signed_in(port, "desk", password), codes
        first = urllib.request.Request(f"http://127.0.0.1:{port}/records/{open(codes).readline().strip()}",
                                       headers={"Cookie": os.environ["COOKIE"]})
        size = len(urllib.request.urlopen(first).read())
        time.sleep(0.2)
        selects = statements_of(log)
        rate, p50, p99 = load(f"http://127.0.0.1:{port}/", "bench/records.lua")
    bare_port = free_port()
    with Server([BARE, "--port", str(bare_port), "--db", db, "--selects", str(selects), "--bytes", str(size),
                 "--table", "desk__request"], bare_port):
        bare, _, _ = load(f"http://127.0.0.1:{bare_port}/")
    print(f"read a record's page, signed in, random codes: {size} bytes, {selects} SELECTs  {rate:.0f}/s  p50 {p50}  "
          f"p99 {p99}   bare {bare:.0f}/s   ratio {rate / bare:.2f}")


def start_bench(folder):
    db, port = os.path.join(folder, "start.db"), free_port()
    measured([BINARY, "apply", "--db", db, "--city", "cities/aomori"])
    start = time.monotonic()
    command = [BINARY, "serve", "--listen", f"127.0.0.1:{port}", "--db", db, "--city", "cities/aomori"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/plan/2-1").read()
            break
        except OSError:
            time.sleep(0.002)
    wall = time.monotonic() - start
    memory = int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{process.pid}/status").read())[1]) / 1024
    process.send_signal(signal.SIGTERM)
    process.wait()
    print(f"\n## Start\n\nstart to first policy page: {wall * 1000:.0f} ms; memory then {memory:.1f} MiB")


def main():
    folder = tempfile.mkdtemp(prefix="hitomachi-bench-")
    try:
        start_bench(folder)
        import_bench(folder)
        page_bench(folder)
        record_bench(folder)
    finally:
        shutil.rmtree(folder)


main()
