#!/usr/bin/env python3
"""mcp.py [--era VERSION] [--caps JSON] [--answer yes|no|never] [--roots JSON] [HEAL_MCP_ARGUMENT...] - talk to heal-mcp

Each line of standard input is one of

    call TOOL [ARGUMENTS]    tools/call, and its answer
    METHOD [PARAMS]          any other request, and its answer
    send METHOD [PARAMS]     a request whose answer is not waited for
    note METHOD [PARAMS]     a notification
    raw TEXT                 these bytes, with Python's escapes, and a newline
    read                     the next message

Every message of the server is printed, one a line.  A question to the user is answered as --answer says; `never` also
leaves it open.  VERSION: of the protocol, by default 2025-11-25, or `none` for no handshake.  The exit status is the
server's."""
import argparse
import json
import subprocess
import sys

MODERN = "2026-07-28"
META = "io.modelcontextprotocol/"


class Client:
    def __init__(self, options):
        self.options = options
        self.number = 0
        self.caps = json.loads(options.caps)
        self.server = subprocess.Popen(["heal-mcp", *options.arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if options.era not in (MODERN, "none"):
            self.request("initialize", {"protocolVersion": options.era, "capabilities": self.caps,
                                        "clientInfo": {"name": "a test", "version": "1"}})
            self.note("notifications/initialized")

    def write(self, data):
        try:
            self.server.stdin.write(data + b"\n")
            self.server.stdin.flush()
        except BrokenPipeError:
            pass

    def send(self, method, params=None):
        self.number += 1
        params = dict(params or {})
        if self.options.era == MODERN:
            params["_meta"] = {META + "protocolVersion": MODERN, META + "clientCapabilities": self.caps,
                               META + "clientInfo": {"name": "a test", "version": "1"}, **params.get("_meta", {})}
        self.write(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}).encode())
        return self.number

    def note(self, method, params=None):
        self.write(json.dumps({"jsonrpc": "2.0", "method": method, "params": params or {}}).encode())

    def answer(self):
        return {"action": "accept", "content": {"approve": True}} if self.options.answer == "yes" else {
            "action": "decline"}

    def read(self):
        line = self.server.stdout.readline()
        if not line:
            return None
        sys.stdout.write(line.decode())
        sys.stdout.flush()
        message = json.loads(line)
        if isinstance(message, dict) and "id" in message and "method" in message:
            result = {"roots": json.loads(self.options.roots)} if message["method"] == "roots/list" else self.answer()
            if message["method"] == "roots/list" or self.options.answer != "never":
                self.write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode())
        return message

    def request(self, method, params=None):
        number = self.send(method, params)
        while (message := self.read()) is not None:
            if not isinstance(message, dict) or message.get("id") != number or "method" in message:
                continue
            result = message.get("result", {})
            if result.get("resultType") == "input_required" and self.options.answer != "never":
                again = {key: value for key, value in params.items() if key != "_meta"}
                again["inputResponses"] = {key: self.answer() for key in result["inputRequests"]}
                again["requestState"] = result["requestState"]
                self.request(method, again)
            return

    def line(self, line):
        word, _, rest = line.strip().partition(" ")
        if word == "raw":
            self.write(rest.encode("latin-1").decode("unicode_escape").encode("latin-1"))
        elif word == "read":
            self.read()
        elif word in ("call", "send", "note"):
            name, _, rest = rest.partition(" ")
            params = json.loads(rest or "{}")
            if word == "call":
                self.request("tools/call", {"name": name, "arguments": params})
            else:
                getattr(self, word)(name, params)
        elif word:
            self.request(word, json.loads(rest or "{}"))

    def end(self):
        self.server.stdin.close()
        while self.read() is not None:
            pass
        return self.server.wait()


def main():
    options = argparse.ArgumentParser(usage=__doc__.splitlines()[0].split(" - ")[0])
    options.add_argument("--era", default="2025-11-25")
    options.add_argument("--caps", default='{"elicitation": {}}')
    options.add_argument("--answer", default="no")
    options.add_argument("--roots", default="[]")
    known, known.arguments = options.parse_known_args()
    client = Client(known)
    for line in sys.stdin:
        client.line(line)
    sys.exit(client.end())


main()
