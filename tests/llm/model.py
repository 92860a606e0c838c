#!/usr/bin/env python3
"""model.py FILE [SEED] - write a model of random weights, in GGUF, for llama.cpp's server

A transformer of the architecture of Llama with one block and a vocabulary of the 256 bytes: what it answers is noise, which has the
form of an answer only as far as the server's grammar enforces it.  Letters are likelier than other bytes, and quotes and what else ends
something are likelier still, so that an answer comes to an end.  The format is that of gguf's documentation (version 3)."""
import random
import struct
import sys

WIDTH, FORWARD, HEADS, BLOCKS, CONTEXT = 64, 128, 4, 1, 32768
CONSTANT = 2.0
F32, U32, STRING, ARRAY, I32, BOOL = 6, 4, 8, 9, 5, 7
ALIGNMENT = 32


def text(s):
    b = s.encode() if isinstance(s, str) else s
    return struct.pack("<Q", len(b)) + b


def pair(key, kind, value):
    form = {F32: "<f", U32: "<I", I32: "<i", BOOL: "<?"}
    if kind == STRING:
        return text(key) + struct.pack("<I", kind) + text(value)
    if kind == ARRAY:
        inner, values = value
        body = b"".join(text(v) if inner == STRING else struct.pack(form[inner], v) for v in values)
        return text(key) + struct.pack("<IIQ", kind, inner, len(values)) + body
    return text(key) + struct.pack("<I", kind) + struct.pack(form[kind], value)


def vocabulary():
    """(tokens, kinds): an unknown one, the begin and the end, and each byte."""
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]
    return tokens, [2, 3, 3] + [6] * 256


def leaning(token):
    """How likely a token is beside chance, as the logarithm of odds: by the last layer's weight for the one input that is constant."""
    byte = max(token - 3, 0)
    if token == 2 or byte in b'"{':
        return 3.0
    if byte in b'[]},01':
        return 1.0
    if byte in b"23456789.eE":
        return -3.0
    return 0.0 if 32 < byte < 127 else -4.0 if byte == 32 else -12.0


def values_of(name, shape, chance):
    if len(shape) == 1:
        return [1.0] * shape[0]
    adds = name.endswith(("attn_output.weight", "ffn_down.weight"))
    values = [chance.gauss(0, 0.02 if adds else 0.15) for _ in range(shape[0] * shape[1])]
    if name == "token_embd.weight":
        values[::WIDTH] = [CONSTANT] * shape[1]
    elif name == "output.weight":
        values[::WIDTH] = [leaning(t) / 6 for t in range(shape[1])]
    elif adds:
        values[:shape[0]] = [0.0] * shape[0]  # nothing is added to the constant
    return values


def main():
    path, seed = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tokens, kinds = vocabulary()
    pairs = [("general.architecture", STRING, "llama"), ("general.name", STRING, "random"), ("llama.context_length", U32, CONTEXT),
             ("llama.embedding_length", U32, WIDTH), ("llama.block_count", U32, BLOCKS), ("llama.feed_forward_length", U32, FORWARD),
             ("llama.attention.head_count", U32, HEADS), ("llama.attention.head_count_kv", U32, HEADS),
             ("llama.rope.dimension_count", U32, WIDTH // HEADS), ("llama.attention.layer_norm_rms_epsilon", F32, 1e-5),
             ("tokenizer.ggml.model", STRING, "llama"), ("tokenizer.ggml.tokens", ARRAY, (STRING, tokens)),
             ("tokenizer.ggml.scores", ARRAY, (F32, [0.0] * len(tokens))), ("tokenizer.ggml.token_type", ARRAY, (I32, kinds)),
             ("tokenizer.ggml.bos_token_id", U32, 1), ("tokenizer.ggml.eos_token_id", U32, 2), ("tokenizer.ggml.unknown_token_id", U32, 0),
             ("tokenizer.ggml.add_space_prefix", BOOL, False),
             ("tokenizer.chat_template", STRING, "{% for m in messages %}{{ m.content }}\n{% endfor %}")]
    shapes = [("token_embd.weight", (WIDTH, len(tokens))), ("output_norm.weight", (WIDTH,)), ("output.weight", (WIDTH, len(tokens)))]
    for n in range(BLOCKS):
        shapes += [(f"blk.{n}.attn_norm.weight", (WIDTH,)), (f"blk.{n}.ffn_norm.weight", (WIDTH,))]
        shapes += [(f"blk.{n}.attn_{x}.weight", (WIDTH, WIDTH)) for x in ("q", "k", "v", "output")]
        shapes += [(f"blk.{n}.ffn_gate.weight", (WIDTH, FORWARD)), (f"blk.{n}.ffn_up.weight", (WIDTH, FORWARD)),
                   (f"blk.{n}.ffn_down.weight", (FORWARD, WIDTH))]
    chance, described, data = random.Random(seed), b"", b""
    for name, shape in shapes:
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        described += text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape) + struct.pack("<IQ", 0, len(data))
        data += struct.pack(f"<{count}f", *values_of(name, shape, chance))
        data += b"\0" * (-len(data) % ALIGNMENT)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(pairs)) + b"".join(pair(*p) for p in pairs) + described
    with open(path, "wb") as f:
        f.write(head + b"\0" * (-len(head) % ALIGNMENT) + data)


if __name__ == "__main__":
    main()
