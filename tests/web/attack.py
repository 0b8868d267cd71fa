#!/usr/bin/env python3
"""Attacks on the HTTP door over raw sockets, against tests/web/server_fixture.c.

    attack.py SERVER_FIXTURE [NAME]

Prints TAP. Each case starts from what a hostile or broken client sends, byte by byte, and says what must come back.
Times are only upper bounds, many times larger than what is expected. The server runs under the sanitizers of the
build: when one speaks, or the server ends with another status than 0, the case fails.
"""
import contextlib, os, shutil, socket, ssl, subprocess, sys, tempfile, threading, time

FIXTURE = sys.argv[1]
PATIENCE = 30  # seconds: far above every deadline below
HOST = b"Host: test.example\r\n"


class Server:
    def __init__(self, **options):
        arguments = [FIXTURE]
        for name, value in options.items():
            arguments += ["--" + name.replace("_", "-"), str(value)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=pipe)
        self.log = []
        self.ended = None
        self.reader = threading.Thread(target=lambda: self.log.extend(self.process.stderr))
        self.reader.start()
        self.port = int(self.process.stdout.readline().split()[1])

    def connect(self, address="127.0.0.1"):
        s = socket.create_connection((address, self.port), timeout=PATIENCE)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def stop(self):
        """Ends the server; answers what it said and its log. Again: the same."""
        if self.ended:
            return self.ended
        self.process.stdin.close()
        code = self.process.wait(timeout=PATIENCE)
        self.reader.join()
        self.process.stderr.close()
        said = self.process.stdout.read().decode()
        self.process.stdout.close()
        text = b"".join(self.log).decode(errors="replace")
        clean = code == 0 and "Sanitizer" not in text and "runtime error" not in text
        assert clean, f"server ended with {code}\n{text}"
        self.ended = said, text
        return self.ended


@contextlib.contextmanager
def serving(**options):
    server = Server(**options)
    try:
        yield server
    except BaseException:
        server.process.kill()
        server.process.wait()
        raise
    server.stop()


def read_all(s):
    """Everything until the server closes; a reset counts as closing."""
    data = b""
    try:
        while True:
            piece = s.recv(65536)
            if not piece:
                return data
            data += piece
    except ConnectionResetError:
        return data


def talk(server, data, half_close=False):
    """Sends, and reads until the server closes."""
    with server.connect() as s:
        try:
            s.sendall(data)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return read_all(s)


def status(answer):
    assert answer.startswith(b"HTTP/1.1 "), f"no answer: {answer[:200]!r}"
    return int(answer[9:12])


def statuses(answer):
    """The statuses of all answers on a connection (bodies here never hold 'HTTP/1.1 ')."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def head_of(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return {k.strip().lower(): v.strip() for k, v in (l.split(b":", 1) for l in head.split(b"\r\n")[1:])}, body


def equal(found, wanted):
    assert found == wanted, f"found {found!r}, wanted {wanted!r}"


class Skip(Exception):
    pass


CASES = []


def case(f):
    CASES.append(f)
    return f


def get(path=b"/hello", more=b"", version=b"HTTP/1.1", host=HOST, close=b"Connection: close\r\n"):
    return b"GET " + path + b" " + version + b"\r\n" + host + more + close + b"\r\n"


def post(body, more, path=b"/echo", close=b"Connection: close\r\n"):
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    return b"POST " + path + b" HTTP/1.1\r\n" + HOST + form + more + close + b"\r\n" + body


# --- what the guard refuses: always 400, always closed, and nothing behind it is answered --------------------------

SMUGGLED = b"GET /echo/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"

REFUSED = {
    "two different Content-Length": post(b"a=1", b"Content-Length: 3\r\nContent-Length: 40\r\n"),
    "two equal Content-Length": post(b"a=1", b"Content-Length: 3\r\nContent-Length: 3\r\n"),
    "a list in Content-Length": post(b"a=1", b"Content-Length: 3, 3\r\n"),
    "a sign in Content-Length": post(b"a=1", b"Content-Length: +3\r\n"),
    "a negative Content-Length": post(b"a=1", b"Content-Length: -3\r\n"),
    "a hexadecimal Content-Length": post(b"a=1", b"Content-Length: 0x3\r\n"),
    "an empty Content-Length": post(b"a=1", b"Content-Length: \r\n"),
    "Content-Length that hides behind a space": post(b"a=1", b"Content-Length : 3\r\n"),
    "Content-Length and Transfer-Encoding": post(b"0\r\n\r\n", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
    "Transfer-Encoding and Content-Length": post(b"0\r\n\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
    "Transfer-Encoding: xchunked": post(b"0\r\n\r\n", b"Transfer-Encoding: xchunked\r\n"),
    "Transfer-Encoding: chunked, identity": post(b"0\r\n\r\n", b"Transfer-Encoding: chunked, identity\r\n"),
    "Transfer-Encoding: gzip, chunked": post(b"0\r\n\r\n", b"Transfer-Encoding: gzip, chunked\r\n"),
    "two Transfer-Encoding": post(b"0\r\n\r\n", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    "Transfer-Encoding with a vertical tab": post(b"0\r\n\r\n", b"Transfer-Encoding: \x0bchunked\r\n"),
    "Transfer-Encoding with a space before the colon": post(b"0\r\n\r\n", b"Transfer-Encoding : chunked\r\n"),
    "Transfer-Encoding in HTTP/1.0": b"POST /echo HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded line": get(more=b"X-A: one\r\n two\r\n"),
    "a folded line with a tab": get(more=b"X-A: one\r\n\ttwo\r\n"),
    "a folded Content-Length": post(b"a=1", b"Content-Length: 3\r\n 0\r\n"),
    "a folded Transfer-Encoding": post(b"0\r\n\r\n", b"Transfer-Encoding:\r\n chunked\r\n"),
    "a first header line that is folded": b"GET /hello HTTP/1.1\r\n X-A: b\r\n" + HOST + b"\r\n",
    "a header name with a space": get(more=b"X A: b\r\n"),
    "a header name with a bracket": get(more=b"X(A): b\r\n"),
    "an empty header name": get(more=b": b\r\n"),
    "a header name beyond ASCII": get(more="Ｈost: b\r\n".encode()),
    "a header line without a colon": get(more=b"nothing\r\n"),
    "NUL in a header value": get(more=b"X-A: a\x00b\r\n"),
    "NUL that hides a Content-Length": post(b"a=1", b"X-A: a\x00\r\nContent-Length: 3\x00\r\n"),
    "NUL in a header name": get(more=b"X\x00A: b\r\n"),
    "two NULs in a header value": get(more=b"X-A: a\x00\x00Content-Length: 5\r\n"),
    "a carriage return in a header value": get(more=b"X-A: a\rb\r\n"),
    "a bell in a header value": get(more=b"X-A: a\x07b\r\n"),
    "DEL in a header value": get(more=b"X-A: a\x7fb\r\n"),
    "a bare line feed after a header": get(more=b"X-A: a\nX-B: b\r\n"),
    "a bare line feed after the request line": b"GET /hello HTTP/1.1\n" + HOST + b"\r\n",
    "bare line feeds everywhere": b"GET /hello HTTP/1.1\nHost: test.example\n\n",
    "a bare line feed as the empty line": b"GET /hello HTTP/1.1\r\n" + HOST + b"\n",
    "no Host": get(host=b""),
    "two Hosts": get(more=b"Host: other.example\r\n"),
    "an empty Host": get(host=b"Host:\r\n"),
    "a Host with a space": get(host=b"Host: a b\r\n"),
    "a Host with a slash": get(host=b"Host: a/b\r\n"),
    "a Host with credentials": get(host=b"Host: me@a\r\n"),
    "an absolute target of another host": get(b"http://other.example/hello"),
    "an absolute target of another scheme": get(b"ftp://test.example/hello"),
    "a target without a slash": get(b"hello"),
    "an asterisk": get(b"*"),
    "an authority as target": b"CONNECT test.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "spaces before the target": b"GET   /hello HTTP/1.1\r\n" + HOST + b"\r\n",
    "spaces behind the target": b"GET /hello   HTTP/1.1\r\n" + HOST + b"\r\n",
    "NUL in the target": get(b"/hel\x00lo"),
    "NUL and a version in the target": get(b"/hello\x00HTTP/1.1"),
    "bytes beyond ASCII in the target": get("/計画".encode()),
    "a method that is no token": b"G(T /hello HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path with ..": get(b"/echo/../hello"),
    "a path with encoded ..": get(b"/echo/%2e%2e/hello"),
    "a path with half encoded ..": get(b"/echo/.%2E/etc/passwd"),
    "a path with an encoded slash": get(b"/echo/a%2fb"),
    "a path with an encoded backslash": get(b"/echo/..%5c..%5cwindows"),
    "a path with a backslash": get(b"/echo/..\\..\\windows"),
    "a path with a single dot": get(b"/./hello"),
    "a path with an empty segment": get(b"//hello"),
    "a path with a broken percent": get(b"/echo/%zz"),
    "a path with a cut percent": get(b"/echo/a%4"),
    "a path with encoded NUL": get(b"/echo/a%00b"),
    "a path with an encoded line end": get(b"/echo/a%0d%0aSet-Cookie:x"),
    "a path that is not UTF-8": get(b"/echo/%ff%fe"),
    "a path with an overlong slash": get(b"/echo/%c0%af"),
    "a path with a surrogate": get(b"/echo/%ed%a0%80"),
}


@case
def guard_refuses_every_ambiguous_head():
    with serving() as server:
        for name, request in REFUSED.items():
            answer = talk(server, request + SMUGGLED, half_close=False)
            # a Content-Length it cannot read the library refuses itself, and writes the head of its refusal twice
            wanted = ([400], [400, 400]) if b"Content-Length" in request else ([400],)
            assert statuses(answer) in wanted, f"{name}: {answer[:300]!r}"
            assert b"smuggled" not in answer, f"{name}: the smuggled request was answered"


@case
def versions_that_are_not_ours_are_refused():
    with serving() as server:
        for line, wanted in ((b"GET /hello HTTP/0.9", 505), (b"GET /hello HTTP/2.0", 505),
                             (b"GET /hello http/1.1", 400),
                             (b"GET /hello HTTP/1.10", 400), (b"GET /hello", 400), (b"PRI * HTTP/2.0", 505)):
            answer = talk(server, line + b"\r\n" + HOST + b"\r\n" + SMUGGLED)
            assert answer == b"" or statuses(answer) == [wanted], f"{line}: {answer[:200]!r}"


@case
def refusals_look_like_our_pages():
    with serving() as server:
        headers, body = head_of(talk(server, get(more=b"X A: b\r\n")))
        assert b"<!doctype html>" in body and b"default-src 'none'" in headers[b"content-security-policy"]
        equal(headers[b"connection"].lower(), b"close")
        equal(headers[b"cache-control"], b"no-store")
        assert b"server" not in headers


@case
def a_path_is_decoded_once():
    with serving() as server:
        body = head_of(talk(server, get(b"/echo/%252e%252e/%2500")))[1]
        assert b"path /echo/%2e%2e/%00\n" in body, body


@case
def an_absolute_target_of_this_host_is_served():
    with serving() as server:
        answer = talk(server, get(b"http://test.example/echo/x?a=1"))
        assert status(answer) == 200 and b"path /echo/x\n" in answer and b"query a=1\n" in answer, answer


@case
def obsolete_http_is_served_and_closed():
    with serving() as server:
        answer = talk(server, b"GET /hello HTTP/1.0\r\n\r\n")
        equal(status(answer), 200)
        assert answer.endswith(b"hello\n")
        answer = talk(server, b"GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")
        equal(status(answer), 400)


# --- sizes ---------------------------------------------------------------------------------------------------------

@case
def heads_that_are_too_large():
    with serving() as server:
        equal(status(talk(server, get(b"/echo/" + b"a" * 8000))), 200)
        answer = talk(server, get(b"/echo/" + b"a" * 9000))
        equal(status(answer), 414)
        assert b"<!doctype html>" in answer
        equal(status(talk(server, get(b"/echo/" + b"a" * 200000))), 414)
        equal(status(talk(server, get(more=b"X-A: " + b"a" * 15000 + b"\r\n"))), 200)
        answer = talk(server, get(more=b"X-A: " + b"a" * 17000 + b"\r\n"))
        equal(status(answer), 431)
        assert b"<!doctype html>" in answer
        equal(status(talk(server, get(more=b"X-A: " + b"a" * 100000 + b"\r\n"))), 431)
        equal(status(talk(server, get(more=b"X-A: a\r\n" * 60))), 200)
        equal(status(talk(server, get(more=b"X-A: a\r\n" * 70))), 431)
        equal(status(talk(server, get(more=b"X-A: a\r\n" * 20000))), 431)
        answer = talk(server, get(b"/api/hello", more=b"X-A: a\r\n" * 70))
        assert b"application/problem+json" in answer, answer


@case
def bodies_that_are_too_large():
    with serving() as server:
        limit = 1 << 20
        big = b"a=" + b"x" * limit
        equal(status(talk(server, post(b"a=" + b"x" * (limit - 2), b"Content-Length: %d\r\n" % limit))), 200)
        answer = talk(server, post(big, b"Content-Length: %d\r\n" % len(big)))
        equal(statuses(answer), [413])
        assert b"<!doctype html>" in answer
        chunk = b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
        equal(statuses(talk(server, post(chunk * 40 + b"0\r\n\r\n", b"Transfer-Encoding: chunked\r\n"))), [413])
        # more than will be drained: refused on the head alone
        equal(status(talk(server, post(b"", b"Content-Length: 999999999999\r\n"))), 413)
        assert status(talk(server, post(b"", b"Content-Length: 99999999999999999999999\r\n"))) in (400, 413)
        # asked first, the answer comes first
        equal(statuses(talk(server, post(b"", b"Content-Length: 2000000\r\nExpect: 100-continue\r\n"))), [413])
        # a body where none belongs
        equal(status(talk(server, get(more=b"Content-Length: 5\r\n") + b"12345")), 413)


@case
def chunks_without_end_are_cut():
    with serving() as server:
        with server.connect() as s:
            s.sendall(post(b"", b"Transfer-Encoding: chunked\r\n"))
            sent = 0
            try:
                while sent < 64 << 20:
                    s.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
                    sent += 0x8000
            except (BrokenPipeError, ConnectionResetError):
                pass
            assert sent < 32 << 20, "a body without end was read on and on"


@case
def broken_chunks():
    with serving() as server:
        for chunks in (b"zz\r\nabc\r\n0\r\n\r\n", b"-1\r\na\r\n0\r\n\r\n", b"ffffffffffffffff1\r\na\r\n0\r\n\r\n",
                       b"3\r\nabcdef\r\n0\r\n\r\n"):
            answer = talk(server, post(chunks, b"Transfer-Encoding: chunked\r\n") + SMUGGLED)
            assert b"smuggled" not in answer and 200 not in statuses(answer), f"{chunks}: {answer[:200]!r}"
        answer = talk(server, post(b"3\r\na=1\r\n0\r\nX-Trailer: x\r\n\r\n", b"Transfer-Encoding: chunked\r\n"))
        assert status(answer) == 200 and b"form a=1" in answer


@case
def bodies_held_at_once_are_bounded():
    with serving(bodies_max=3 << 20) as server:
        held = []
        for _ in range(3):
            s = server.connect()
            s.sendall(post(b"a=" + b"x" * ((1 << 20) - 10), b"Content-Length: %d\r\n" % (1 << 20)))
            held.append(s)
        time.sleep(0.3)
        answer = talk(server, post(b"a=" + b"x" * 700000, b"Content-Length: 700002\r\n"))
        equal(statuses(answer), [503])
        assert b"Retry-After:" in answer
        for s in held:
            s.sendall(b"x" * 8)
        equal([status(read_all(s)) for s in held], [200, 200, 200])
        for s in held:
            s.close()
        equal(status(talk(server, post(b"a=" + b"x" * 700000, b"Content-Length: 700002\r\n"))), 200)


# --- pipelines and half-closed connections -------------------------------------------------------------------------

@case
def pipelined_requests_are_answered_in_order():
    with serving() as server:
        data = b"".join(get(b"/echo/%d" % i, close=b"") for i in range(50)) + get(b"/echo/last")
        answer = talk(server, data)
        equal(statuses(answer), [200] * 51)
        order = [line[6:] for line in answer.split(b"\n") if line.startswith(b"path /echo/")]
        equal(order, [b"echo/%d" % i for i in range(50)] + [b"echo/last"])


@case
def a_body_is_not_the_next_request():
    with serving() as server:
        body = b"a=" + SMUGGLED.replace(b" ", b"+").replace(b"\r\n", b"%0D%0A")
        data = post(body, b"Content-Length: %d\r\n" % len(body), close=b"") + get(b"/echo/second")
        answer = talk(server, data)
        equal(statuses(answer), [200, 200])
        equal(answer.count(b"path /echo/second"), 1)
        assert b"path /echo/smuggled" not in answer
        # a body of a length that was named, holding a request: it stays a body
        data = post(SMUGGLED, b"Content-Length: %d\r\n" % len(SMUGGLED), close=b"") + get(b"/echo/second")
        answer = talk(server, data)
        assert b"path /echo/smuggled" not in answer and answer.count(b"path /echo/second") == 1


@case
def a_refused_request_ends_its_pipeline():
    with serving() as server:
        answer = talk(server, get(close=b"") + get(more=b"X A: b\r\n", close=b"") + SMUGGLED)
        equal(statuses(answer), [200, 400])


@case
def half_closed_clients_get_their_answer_or_a_clean_end():
    # the library may miss an end that comes together with data: then the deadlines end it
    with serving(head_ms=300, body_ms=300, idle_ms=300, tick_ms=50) as server:
        for _ in range(10):
            answer = talk(server, get(b"/sleep/20"), half_close=True)
            assert answer == b"" or status(answer) == 200
        for cut in range(0, len(get()), 7):
            equal(talk(server, get()[:cut], half_close=True), b"")
        talk(server, post(b"a=1", b"Content-Length: 300\r\n"), half_close=True)
        equal(status(talk(server, get())), 200)


@case
def clients_that_vanish_harm_nobody():
    with serving() as server:
        for i in range(60):
            with server.connect() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                half = post(b"a", b"Content-Length: 9\r\n")
                s.sendall([get(b"/sleep/50"), get(b"/bytes/5000000"), get()[:20], half][i % 4])
        equal(status(talk(server, get())), 200)


@case
def heads_byte_by_byte():
    with serving() as server:
        with server.connect() as s:
            for byte in get(b"/echo/slowly"):
                s.sendall(bytes([byte]))
            assert b"path /echo/slowly" in read_all(s)


# --- methods, caching, languages -----------------------------------------------------------------------------------

@case
def head_is_get_without_its_body():
    with serving() as server:
        got, body = head_of(talk(server, get()))
        answer = talk(server, get().replace(b"GET", b"HEAD", 1))
        head, nothing = head_of(answer)
        equal(nothing, b"")
        for name in (b"content-length", b"etag", b"content-type", b"cache-control", b"vary"):
            equal(head[name], got[name])
        equal(int(got[b"content-length"]), len(body))


@case
def unknown_methods_and_paths():
    with serving() as server:
        answer = talk(server, get().replace(b"GET", b"DELETE", 1))
        equal((status(answer), head_of(answer)[0][b"allow"]), (405, b"GET, HEAD"))
        answer = talk(server, get(b"/echo").replace(b"GET", b"PUT", 1))
        equal((status(answer), head_of(answer)[0][b"allow"]), (405, b"POST"))
        answer = talk(server, get().replace(b"GET", b"OPTIONS", 1))
        equal((status(answer), head_of(answer)[0][b"allow"]), (204, b"GET, HEAD"))
        equal(status(talk(server, get().replace(b"GET", b"BREW", 1))), 405)
        equal(status(talk(server, get().replace(b"GET", b"TRACE", 1))), 405)
        equal(status(talk(server, get(b"/nowhere"))), 404)
        answer = talk(server, get(b"/api/nowhere"))
        assert status(answer) == 404 and b'"code":' in answer


@case
def a_page_that_is_known_is_not_sent_again():
    with serving() as server:
        headers, _ = head_of(talk(server, get(b"/echo/same")))
        tag = headers[b"etag"]
        answer = talk(server, get(b"/echo/same", more=b"If-None-Match: \"other\", W/" + tag + b"\r\n"))
        equal((status(answer), head_of(answer)[1]), (304, b""))
        equal(head_of(answer)[0][b"etag"], tag)
        equal(status(talk(server, get(b"/echo/same", more=b"If-None-Match: \"other\"\r\n"))), 200)
        long = b"/echo/" + b"a" * 3000
        small, body = head_of(talk(server, get(long, more=b"Accept-Encoding: br, gzip\r\n")))
        equal(small[b"content-encoding"], b"gzip")
        import gzip
        assert b"a" * 3000 in gzip.decompress(body) and b"Accept-Encoding" in small[b"vary"]
        again = b"Accept-Encoding: gzip\r\nIf-None-Match: " + small[b"etag"] + b"\r\n"
        equal(status(talk(server, get(long, more=again))), 304)
        assert b"content-encoding" not in head_of(talk(server, get(long, more=b"Accept-Encoding: gzip;q=0\r\n")))[0]


@case
def forms_need_their_token_and_their_site():
    with serving() as server:
        headers, page = head_of(talk(server, get(b"/form")))
        cookie = headers[b"set-cookie"].split(b";")[0]
        assert b"HttpOnly" in headers[b"set-cookie"] and b"SameSite=Lax" in headers[b"set-cookie"]
        equal(headers[b"cache-control"], b"no-store")
        token = page.split(b'value="')[1].split(b'"')[0]

        def send(body, more):
            more += b"Content-Length: %d\r\n" % len(body)
            return status(talk(server, post(body, more, path=b"/guarded")))
        good = b"csrf=" + token
        with_cookie = b"Cookie: " + cookie + b"\r\n"
        equal(send(good, with_cookie), 200)
        equal(send(good, with_cookie + b"Origin: http://test.example\r\nSec-Fetch-Site: same-origin\r\n"), 200)
        equal(send(good, b""), 403)
        equal(send(b"csrf=" + token[:-2] + b"AA", with_cookie), 403)
        equal(send(b"csrf=", with_cookie), 403)
        equal(send(b"a=1", with_cookie), 403)
        equal(send(good, b"Cookie: visit=" + b"A" * 43 + b"\r\n"), 403)
        equal(send(good, with_cookie + b"Origin: http://evil.example\r\n"), 403)
        equal(send(good, with_cookie + b"Origin: null\r\n"), 403)
        equal(send(good, with_cookie + b"Sec-Fetch-Site: cross-site\r\n"), 403)
        equal(send(good, with_cookie + b"Sec-Fetch-Site: same-site\r\n"), 403)
        other = head_of(talk(server, get(b"/form", more=with_cookie)))[1].split(b'value="')[1].split(b'"')[0]
        assert other != token, "a token is masked anew in every page"
        equal(send(b"csrf=" + other, with_cookie), 200)


@case
def what_needs_a_sign_in_is_not_shown():
    with serving() as server:
        answer = talk(server, get(b"/secret?a=%3C"))
        equal((status(answer), head_of(answer)[0][b"location"]), (303, b"/sign-in?next=%2Fsecret%3Fa%3D%253C"))
        answer = talk(server, get(b"/api/secret"))
        assert status(answer) == 403 and b"problem+json" in answer
        equal(status(talk(server, get(b"/secret", more=b"Cookie: hitomachi=" + b"A" * 43 + b"\r\n"))), 303)


@case
def large_bodies_of_strangers_are_not_taken():
    with serving() as server:
        # enough that a server which kept it would have to be sent all of it before it answers
        more = b"Content-Length: 60000000\r\nExpect: 100-continue\r\n"
        equal(statuses(talk(server, post(b"", more, path=b"/secret/upload"))), [403])
        small = post(b"a=1", b"Content-Length: 3\r\n", path=b"/secret/upload")
        equal(statuses(talk(server, small)), [403])
        long = get(b"/secret?a=" + b"%3C" * 2000)
        equal(head_of(talk(server, long))[0][b"location"], b"/sign-in?next=")


@case
def faults_keep_their_secrets():
    with serving() as server:
        answer = talk(server, get(b"/fail"))
        equal(status(answer), 500)
        assert b"secret inside" not in answer and b"half a page" not in answer
        said = server.stop()[1]
        line = next(l for l in said.split("\n") if '"failed"' in l)
        assert "secret inside" in line
        reference = line.split('"reference":"')[1].split('"')[0]
        assert reference.encode() in answer


@case
def the_log_holds_no_queries():
    with serving() as server:
        talk(server, get(b"/echo/mypath?name=yamada"))
        said = server.stop()[1]
        assert "yamada" not in said and "mypath" not in said
        assert '"route":"echo.get"' in said and '"statements":0' in said


@case
def forwarded_addresses_are_believed_only_when_told():
    with serving() as server:
        more = b"X-Forwarded-For: 203.0.113.9\r\n"
        assert b"127.0.0.1 ja" in talk(server, get(b"/peer", more=more))
        assert b"127.0.0.1 en" in talk(server, get(b"/peer", more=b"Accept-Language: fr, en;q=0.8, ja;q=0.5\r\n"))
        assert b"127.0.0.1 ja" in talk(server, get(b"/peer", more=b"Accept-Language: en\r\nCookie: language=ja\r\n"))
        assert b"Set-Cookie: language=en" in talk(server, get(b"/peer?lang=en"))
    with serving(trust_proxy=1) as server:
        two = b"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8, 2001:db8::1 \r\n"
        assert b"2001:db8::1 " in talk(server, get(b"/peer", more=two))
        assert b"203.0.113.9 " in talk(server, get(b"/peer", more=b"X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n"))
        assert b"127.0.0.1 " in talk(server, get(b"/peer", more=b"X-Forwarded-For: <script>\r\n"))


@case
def behind_tls_cookies_are_secure():
    with serving(https=1) as server:
        headers, _ = head_of(talk(server, get(b"/form")))
        assert headers[b"set-cookie"].startswith(b"__Host-visit=") and b"Secure" in headers[b"set-cookie"]
        assert b"strict-transport-security" in headers


@case
def tls_is_spoken_where_a_certificate_is_given():
    if not shutil.which("openssl"):
        raise Skip("openssl is not here")
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                        "-days", "2", "-subj", "/CN=test.example"], check=True, capture_output=True)
        trust = ssl.create_default_context(cafile=certificate)
        with serving(certificate=certificate, key=key, head_ms=2000, tick_ms=100) as server:
            with trust.wrap_socket(server.connect(), server_hostname="test.example") as s:
                s.sendall(get(b"/form", more=b"X A: b\r\n"))
                equal(status(read_all(s)), 400)  # the guard stands here as well
            with trust.wrap_socket(server.connect(), server_hostname="test.example") as s:
                s.sendall(get(b"/form"))
                answer = read_all(s)
                assert status(answer) == 200 and b"__Host-visit=" in answer and b"strict-transport" in answer.lower()
            assert not talk(server, get()).startswith(b"HTTP/1.1 200")  # nothing in the clear
            with server.connect() as s:
                equal(read_all(s), b"")  # a handshake that never begins is cut


@case
def both_kinds_of_addresses_are_served():
    with serving(address="::") as server:
        equal(status(talk(server, get())), 200)
        try:
            s = server.connect("::1")
        except OSError:
            raise Skip("this machine has no IPv6")
        with s:
            s.sendall(get(b"/peer"))
            assert b"::1 ja" in read_all(s)


@case
def uploads_in_parts():
    with serving() as server:
        def send(body, boundary=b"xyz"):
            kind = b"Content-Type: multipart/form-data; boundary=" + boundary + b"\r\n"
            return talk(server, b"POST /upload HTTP/1.1\r\n" + HOST + kind
                        + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        part = b'--xyz\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        file = part % (b"f", b'; filename="x.txt"', b"\x00\xff\r\n--xy")
        answer = send(part % (b"a", b"", b"1") + file + b"--xyz--\r\n")
        assert b"form a=1\n" in answer and b"file f x.txt 8\n" in answer, answer
        for broken in (b"", b"--xyz", b"--xyz--", part % (b"a", b"", b"1"), b"--xyz\r\n\r\n\r\n--xyz--",
                       b"--xyz\r\nx\r\n--xyz--",
                       part % (b"a", b"", b"\xff") + b"--xyz--", part % (b"a", b"", b"a\0b") + b"--xyz--",
                       b"--xyz\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xyz--", b"no boundary"):
            answer = send(broken)
            assert status(answer) == (200 if broken in (b"", b"--xyz--") else 400), f"{broken}: {answer[:200]!r}"
        equal(status(send(part % (b"a", b"", b"1") * 1001 + b"--xyz--")), 413)
        equal(status(send(b"x", boundary=b"a" * 71)), 200)  # no usable boundary: just a body


# --- time ----------------------------------------------------------------------------------------------------------

@case
def slow_heads_are_cut():
    """300 clients that send a byte now and then: with the library alone they would stay for ever."""
    with serving(head_ms=700, tick_ms=100, connections=600, per_address=600) as server:
        clients = [server.connect() for _ in range(300)]
        for s in clients:
            s.sendall(b"GET /hello HTTP/1.1\r\nHost: test.example\r\n")
        started = time.monotonic()
        alive = set(clients)
        while alive and time.monotonic() - started < PATIENCE:
            for s in list(alive):
                try:
                    s.sendall(b"X")
                    s.setblocking(False)
                    if s.recv(1) == b"":
                        alive.discard(s)
                except BlockingIOError:
                    pass
                except OSError:
                    alive.discard(s)
                finally:
                    s.setblocking(True)
            time.sleep(0.1)
        assert not alive, f"{len(alive)} slow clients are still connected"
        equal(status(talk(server, get())), 200)
        for s in clients:
            s.close()


@case
def slow_bodies_are_cut():
    with serving(body_ms=500, tick_ms=100, rate=1000) as server:
        with server.connect() as s:
            s.sendall(post(b"", b"Content-Length: 100000\r\n"))
            started = time.monotonic()
            try:
                while time.monotonic() - started < PATIENCE:
                    s.sendall(b"x")
                    time.sleep(0.05)
                raise AssertionError("a slow body was never cut")
            except (BrokenPipeError, ConnectionResetError):
                pass


@case
def slow_readers_are_cut_and_patient_ones_are_not():
    with serving(send_ms=500, tick_ms=100, rate=1 << 40) as server:
        with server.connect() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            s.sendall(get(b"/bytes/60000000"))
            time.sleep(3)
            got = len(read_all(s))
            assert got < 60000000, "an answer that nobody took was kept"
    with serving(send_ms=PATIENCE * 1000, tick_ms=100) as server:
        equal(len(head_of(talk(server, get(b"/bytes/30000000")))[1]), 30000000)


@case
def idle_connections_are_cut():
    with serving(idle_ms=500, tick_ms=100) as server:
        with server.connect() as s:
            s.sendall(get(close=b""))
            answer = read_all(s)  # ends only because the server cuts
            assert status(answer) == 200
        with server.connect() as s:
            pass
    with serving(head_ms=500, tick_ms=100) as server:
        with server.connect() as s:
            equal(read_all(s), b"")  # says nothing at all


@case
def a_full_queue_answers_at_once():
    with serving(workers=1, queue=1) as server:
        busy = [server.connect() for _ in range(2)]
        for s in busy:
            s.sendall(get(b"/sleep/1500"))
            time.sleep(0.3)
        answer = talk(server, get())
        equal(status(answer), 503)
        assert b"Retry-After:" in answer
        equal([status(read_all(s)) for s in busy], [200, 200])
        for s in busy:
            s.close()
        equal(status(talk(server, get())), 200)


@case
def one_address_has_a_limit():
    with serving(per_address=5) as server:
        held = [server.connect() for _ in range(5)]
        for s in held:
            s.sendall(get(close=b""))
            assert s.recv(12) == b"HTTP/1.1 200"
        equal(talk(server, get()), b"")
        for s in held:
            s.close()
        for _ in range(100):
            answer = talk(server, get())
            if answer:
                break
            time.sleep(0.1)
        equal(status(answer), 200)


@case
def idle_connections_make_room():
    with serving(connections=8, per_address=100, idle_ms=60000, tick_ms=100) as server:
        held = []
        for _ in range(8):
            s = server.connect()
            s.settimeout(5)
            s.sendall(get(close=b""))
            try:
                s.recv(12)
            except TimeoutError:
                pass
            held.append(s)
        equal(status(talk(server, get())), 200)
        for s in held:
            s.close()


@case
def stopping_lets_what_runs_finish():
    with serving() as server:
        with server.connect() as idle, server.connect() as s:
            idle.sendall(get(close=b""))
            idle.recv(65536)
            s.sendall(get(b"/sleep/800", close=b""))
            time.sleep(0.3)
            server.process.stdin.close()
            answer = read_all(s)
            assert status(answer) == 200 and b"hello" in answer
            equal(head_of(answer)[0][b"connection"].lower(), b"close")
            equal(read_all(idle), b"")
        assert server.process.wait(timeout=PATIENCE) == 0


def main():
    wanted = [f for f in CASES if len(sys.argv) < 3 or f.__name__ == sys.argv[2]]
    print(f"1..{len(wanted)}", flush=True)
    failed = False
    for number, f in enumerate(wanted, 1):
        started = time.monotonic()
        try:
            f()
            print(f"ok {number} - {f.__name__} # {time.monotonic() - started:.1f} s", flush=True)
        except Skip as reason:
            print(f"ok {number} - {f.__name__} # SKIP {reason}", flush=True)
        except Exception as problem:  # a case that fails must not hide the others
            failed = True
            print(f"not ok {number} - {f.__name__}", flush=True)
            for line in f"{type(problem).__name__}: {problem}".split("\n"):
                print(f"# {line}", flush=True)
    return failed


sys.exit(main())
