#!/usr/bin/python3
"""server.py - a language server that offers what it was told to, or breaks the protocol

    server.py FOLDER ...

FOLDER/offers is a list of quick fixes in JSON, in which ROOT is the address of the project's folder; the titles and edits
are the server's answer to any question.  FOLDER/how, if it exists, says how else it behaves: a line of words, see below.
FOLDER/asked gets a line for each question."""
import json
import os
import sys
import time

FOLDER = sys.argv[1]
HOW = open(FOLDER + "/how").read().split() if os.path.exists(FOLDER + "/how") else []


def say(message):
    body = json.dumps(message).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def hear():
    length = 0
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            sys.exit(0)
        if line == b"\r\n":
            return json.loads(sys.stdin.buffer.read(length))
        length = int(line.split(b":")[1])


def misbehave():
    """Instead of an answer to the question for fixes."""
    out = sys.stdout.buffer
    if "garbage" in HOW:
        out.write(b"Content-Length: 3\r\n\r\n\x00\xff{")
    elif "headless" in HOW:
        out.write(b"A" * 100000)
    elif "huge" in HOW:
        out.write(b"Content-Length: 99999999999999999999\r\n\r\n{}")
    elif "negative" in HOW:
        out.write(b"Content-Length: -5\r\n\r\n{}")
    elif "deep" in HOW:
        out.write(b"Content-Length: 2000000\r\n\r\n" + b"[" * 2000000)
    elif "flood" in HOW:
        for _ in range(4000):
            out.write(b"Content-Length: 32768\r\n\r\n" + b" " * 32768)
    elif "noise" in HOW:
        for _ in range(20000):
            sys.stderr.write("x" * 8192 + "\n")
    elif "dies" in HOW:
        os.abort()
    elif "requests" in HOW:
        for i in range(200000):
            say({"jsonrpc": "2.0", "id": i, "method": "workspace/configuration", "params": {"items": [{}] * 9}})
    elif "mute" in HOW:
        time.sleep(1000)
    elif "children" in HOW:
        for _ in range(20):
            if os.fork() == 0:
                os.setsid()
                time.sleep(1000)
    out.flush()


def main():
    root, opened, early = "", "", "early" in HOW
    while True:
        m = hear()
        method, number = m.get("method"), m.get("id")
        if method == "initialize":
            root = m["params"]["rootUri"]
            say({"jsonrpc": "2.0", "id": number, "result": {"capabilities": {"positionEncoding": "utf-8"}}})
        elif method == "textDocument/didOpen":
            opened = m["params"]["textDocument"]["uri"]
            if early:
                misbehave()
            say({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": {"uri": opened, "diagnostics": []}})
        elif method == "textDocument/codeAction":
            open(os.environ["TMPDIR"] + "/asked", "a").write("x\n")
            misbehave()
            offers = open(FOLDER + "/offers").read().replace("ROOT", root)
            say({"jsonrpc": "2.0", "id": number, "result": json.loads(offers)})
        elif method == "shutdown":
            say({"jsonrpc": "2.0", "id": number, "result": None})
        elif method == "exit":
            sys.exit(0)


main()
