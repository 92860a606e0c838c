#!/usr/bin/env python3
"""server.py [--dialect NAME] [--script FILE | --book FOLDER [--wrong NAME] | --obey] [--log FILE] PORT_FILE - a language model's server

It listens on the loopback interface, writes its port to PORT_FILE, and answers as the documentation of the interfaces says: anthropic
(Messages), openai (Chat Completions, also llama.cpp, vLLM, Ollama), openai-responses.  No real model answers here:

    --script FILE    a JSON list, an element a request, the last one for all further ones: {"text": ..., "whole": true, "status": 429,
                     "headers": {...}, "body": ..., "cut": BYTES, "delay": SECONDS, "stop": ..., "pieces": N, "type": ...}
    --book FOLDER    candidates that turn each file that was sent into the one of the same name there; --wrong: spoilt by that
                     function of wrong.py
    --obey           the answer that a text in the data demands: the JSON behind "answer with", if it is one for this operation; else
                     one that proposes nothing
    --log FILE       each request as a line: path, headers, body, and whether such a text was obeyed"""
import argparse
import difflib
import http.server
import json
import os
import pathlib
import re
import sys
import time

sys.dont_write_bytecode = True
DIALECTS = ("anthropic", "openai", "openai-responses")


def stream(dialect, text, stop, piece):
    """The events of an answer, as (name, data)."""
    parts = [text[i:i + piece] for i in range(0, len(text), piece)]
    if dialect == "anthropic":
        yield "message_start", {"type": "message_start", "message": {"role": "assistant", "usage": {"input_tokens": 100, "output_tokens": 1}}}
        yield "content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
        yield "ping", {"type": "ping"}
        for part in parts:
            yield "content_block_delta", {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}}
        yield "content_block_stop", {"type": "content_block_stop", "index": 0}
        yield "message_delta", {"type": "message_delta", "delta": {"stop_reason": stop or "end_turn"}, "usage": {"output_tokens": 50}}
        yield "message_stop", {"type": "message_stop"}
    elif dialect == "openai":
        for part in parts:
            yield None, {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": part}, "finish_reason": None}]}
        yield None, {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": stop or "stop"}]}
        yield None, {"object": "chat.completion.chunk", "choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 50}}
        yield None, "[DONE]"
    else:
        status = stop or "completed"
        yield "response.created", {"type": "response.created", "response": {"status": "in_progress"}}
        for part in parts:
            yield "response.output_text.delta", {"type": "response.output_text.delta", "delta": part}
        yield f"response.{status}", {"type": f"response.{status}", "response": {
            "status": status, "usage": {"input_tokens": 100, "output_tokens": 50}}}


def whole(dialect, text, stop):
    """The answer as one object."""
    if dialect == "anthropic":
        return {"type": "message", "role": "assistant", "content": [{"type": "text", "text": text}], "stop_reason": stop or "end_turn",
                "usage": {"input_tokens": 100, "output_tokens": 50}}
    if dialect == "openai":
        return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": stop or "stop"}],
                "usage": {"prompt_tokens": 100, "completion_tokens": 50}}
    return {"status": stop or "completed", "output": [{"type": "reasoning", "summary": []}, {"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": text}]}], "usage": {"input_tokens": 100, "output_tokens": 50}}


def data_of(body):
    """What the user's message has as its last line."""
    text = body["input"] if "input" in body else body["messages"][-1]["content"]
    return json.loads(text.split("\n")[-1])


def blocks(name, old, new):
    """Search/replace blocks that turn the text into the other, each of whose searches occurs once."""
    a, b = old.splitlines(True), new.splitlines(True)
    out = []
    for tag, i, k, m, n in difflib.SequenceMatcher(None, a, b, False).get_opcodes():
        if tag == "equal":
            continue
        before = after = 0
        while (not "".join(a[i - before:k + after]).strip() or old.count("".join(a[i - before:k + after])) != 1) and (
                i - before > 0 or k + after < len(a)):
            before, after = before + (i - before > 0), after + (k + after < len(a))
        left, right = a[i - before:i], a[k:k + after]
        out.append({"file": name, "search": "".join(left + a[i:k] + right), "replace": "".join(left + b[m:n] + right)})
    return out


def candidate(edits, **more):
    return {"description": "Correct what is wrong.", "reasoning": "It is what the file should be.", "type": "code_fix", "confidence": 0.95,
            "complexity": 1, "minutes": 1, "edits": edits, "commands": [], **more}


def right_edits(data, book):
    edits = []
    for f in data["files"]:
        path = book / f["file"]
        # Only the part that was sent: its lines are those of the right file, if that differs in it only.
        if path.is_file():
            right = path.read_bytes().decode(errors="surrogateescape")
            if f["text"] != right:
                edits += blocks(f["file"], f["text"], right)
    return edits


def strings(value):
    """Each text in the value, also the names of members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


ANSWERS = {"analysis": "summary", "causes": "causes", "candidates": "candidates", "plan": "steps", "scan": "findings"}


def demanded(data):
    """The answer to this operation that a text of the data demands, or None."""
    for text in strings(data):
        for found in re.finditer(r"answer with (?=\{)", text):
            try:
                answer, _ = json.JSONDecoder().raw_decode(text[found.end():])
            except ValueError:
                continue
            if ANSWERS[data["operation"]] in answer:
                return answer
    return None


def harmless(operation):
    return {"analysis": {"type": "logic_error", "category": "bug", "severity": 5, "confidence": 0.9, "summary": "It is wrong.", "transient": False},
            "causes": {"causes": []}, "candidates": {"candidates": []}, "scan": {"findings": []},
            "plan": {"summary": "Ask a person.", "files": [], "steps": [], "verification": [], "rollback": [], "risk": "red"}}[operation]


def answer_from_book(data, options):
    operation = data["operation"]
    if operation == "analysis":
        return {"type": "logic_error", "category": "bug", "severity": 5, "confidence": 0.9, "summary": "It is wrong.", "transient": False}
    if operation == "causes":
        return {"causes": [{"cause": "The file is not what it should be.", "confidence": 0.9, "evidence": "", "verification": ""}]}
    if operation == "plan":
        return {"summary": "Ask a person.", "files": [], "steps": ["Look."], "verification": [], "rollback": [], "risk": "red"}
    edits = right_edits(data, options.book)
    if options.wrong:
        import wrong
        return wrong.answer(options.wrong, data, edits)
    return {"candidates": [candidate(edits)] if edits else []}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    options, script, number = None, [], 0

    def log_message(self, *_):
        pass

    def send_body(self, status, headers, body, cut):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Connection", "close")
        if cut is None:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        self.close_connection = True

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(raw)
        options = self.options
        answer = demanded(data_of(body)) if options.obey else None
        if options.log:
            with open(options.log, "a") as f:
                f.write(json.dumps({"path": self.path, "headers": dict(self.headers), "body": body, "obeyed": answer is not None}) + "\n")
        step = {}
        if self.script:
            step = self.script[min(Handler.number, len(self.script) - 1)]
            Handler.number += 1
        time.sleep(step.get("delay", 0))
        headers = dict(step.get("headers", {}))
        if "body" in step or step.get("status", 200) != 200:
            text = step.get("body", {"error": {"type": "overloaded_error", "message": "try again later"}})
            headers.setdefault("Content-Type", step.get("type", "application/json"))
            self.send_body(step.get("status", 200), headers, (text if isinstance(text, str) else json.dumps(text)).encode(), step.get("cut"))
            return
        text = step.get("text")
        if text is None and options.obey:
            text = answer or harmless(data_of(body)["operation"])
        if text is None:
            text = answer_from_book(data_of(body), options)
        text = text if isinstance(text, str) else json.dumps(text)
        if step.get("whole"):
            headers.setdefault("Content-Type", step.get("type", "application/json"))
            out = json.dumps(whole(options.dialect, text, step.get("stop")))
        else:
            headers.setdefault("Content-Type", step.get("type", "text/event-stream"))
            out = "".join((f"event: {name}\n" if name else "") + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"
                          for name, data in stream(options.dialect, text, step.get("stop"), step.get("pieces", 17)))
        self.send_body(200, headers, out.encode(), step.get("cut"))


def main():
    options = argparse.ArgumentParser(usage=__doc__.splitlines()[0].split(" - ")[0])
    options.add_argument("--dialect", choices=DIALECTS, default="openai")
    options.add_argument("--script", type=pathlib.Path)
    options.add_argument("--book", type=pathlib.Path)
    options.add_argument("--wrong")
    options.add_argument("--obey", action="store_true")
    options.add_argument("--log")
    options.add_argument("port_file", type=pathlib.Path)
    Handler.options = options.parse_args()
    if Handler.options.script:
        Handler.script = json.loads(Handler.options.script.read_text())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    part = Handler.options.port_file.with_suffix(".part")
    part.write_text(str(server.server_address[1]))
    os.rename(part, Handler.options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
