#!/usr/bin/env python3
"""Verifies the test vectors beside this file without any of Avow's code.

Written from RFC 6962, RFC 8949 and the C2SP specifications with Python's standard library alone. Signatures are
checked when the package `cryptography` is installed; otherwise that is said.
"""

import base64
import hashlib
import json
import pathlib
import re
import struct
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    Ed25519PublicKey = None

FOLDER = pathlib.Path(__file__).parent
checks = 0


def expect(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"FAILED: {what}")


def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


# ---- RFC 6962 -------------------------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\x00" + data)


def inner_hash(left, right):
    return sha256(b"\x01" + left + right)


def split(count):
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return inner_hash(root(hashes[:k]), root(hashes[k:]))


def inclusion_root(index, size, hash, path):
    """The root that a path leads to, by recursion from the top: the last hash is the root's child."""
    if size == 1:
        expect(not path, "an inclusion path has no hash too many")
        return hash
    k = split(size)
    expect(path, "an inclusion path has no hash too few")
    if index < k:
        return inner_hash(inclusion_root(index, k, hash, path[:-1]), path[-1])
    return inner_hash(path[-1], inclusion_root(index - k, size - k, hash, path[:-1]))


def consistency_roots(old, new, old_root, path, whole=True):
    """Both roots that a consistency path leads to."""
    if old == new:
        if whole:
            expect(not path, "a consistency path has no hash too many")
            return old_root, old_root
        expect(len(path) == 1, "a consistency path ends in one hash")
        return path[0], path[0]
    k = split(new)
    expect(path, "a consistency path has no hash too few")
    if old <= k:
        before, after = consistency_roots(old, k, old_root, path[:-1], whole)
        return before, inner_hash(after, path[-1])
    before, after = consistency_roots(old - k, new - k, old_root, path[:-1], False)
    return inner_hash(path[-1], before), inner_hash(path[-1], after)


def check_log():
    vectors = load("log.json")
    leaves = [bytes.fromhex(leaf) for leaf in vectors["leaves"]]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    roots = [root(hashes[:size]) for size in range(len(leaves) + 1)]
    expect([h.hex() for h in hashes] == vectors["leafHashes"], "leaf hashes")
    expect([r.hex() for r in roots] == vectors["roots"], "roots")
    stored = []
    for end in range(1, len(leaves) + 1):
        width = 1
        while end % width == 0:
            stored.append(root(hashes[end - width:end]).hex())
            width *= 2
    expect(stored == vectors["stored"], "stored hashes")
    expect(len(vectors["inclusion"]) == sum(range(len(leaves) + 1)), "inclusion paths of every leaf at every size")
    for vector in vectors["inclusion"]:
        path = [bytes.fromhex(h) for h in vector["path"]]
        found = inclusion_root(vector["index"], vector["size"], hashes[vector["index"]], path)
        expect(found == roots[vector["size"]], f"inclusion of {vector['index']} at {vector['size']}")
    for vector in vectors["consistency"]:
        old, new = vector["oldSize"], vector["newSize"]
        path = [bytes.fromhex(h) for h in vector["path"]]
        if old == 0:
            expect(not path, "the empty log needs no proof")
            continue
        found = consistency_roots(old, new, roots[old], path)
        expect(found == (roots[old], roots[new]), f"consistency from {old} to {new}")


# ---- Deterministic CBOR ---------------------------------------------------------------------------------------------


class Refused(Exception):
    def __init__(self, problem, offset):
        super().__init__(f"{problem} at {offset}")
        self.problem, self.offset = problem, offset


def cbor_head(data, at):
    """Major type, argument and the offset behind the head."""
    if at >= len(data):
        raise Refused("truncated", at)
    major, additional = data[at] >> 5, data[at] & 31
    if major == 6 or (major == 7 and data[at] not in (0xF4, 0xF5, 0xF6)):
        raise Refused("unsupported", at)
    if additional < 24:
        return major, additional, at + 1
    if additional == 31 and 2 <= major <= 5:
        raise Refused("indefiniteLength", at)
    if additional > 27:
        raise Refused("unsupported", at)
    width = 1 << (additional - 24)
    if len(data) - at - 1 < width:
        raise Refused("truncated", at + 1)
    argument = int.from_bytes(data[at + 1:at + 1 + width], "big")
    if argument < (24 if width == 1 else 1 << (4 * width)):
        raise Refused("notShortest", at)
    return major, argument, at + 1 + width


def cbor_item(data, at):
    """The item at an offset as a Python value, and the offset behind it. A map is a list of pairs in a tuple."""
    major, argument, next = cbor_head(data, at)
    left = len(data) - next
    if major == 0:
        return argument, next
    if major == 1:
        if argument >= 1 << 63:
            raise Refused("outOfRange", at)
        return -1 - argument, next
    if major in (2, 3):
        if argument > left:
            raise Refused("lengthBeyondInput", at)
        content = data[next:next + argument]
        if major == 2:
            return content, next + argument
        try:
            return content.decode("utf-8"), next + argument
        except UnicodeDecodeError:
            raise Refused("invalidText", at) from None
    if major == 4:
        if argument > left:
            raise Refused("lengthBeyondInput", at)
        items = []
        for _ in range(argument):
            item, next = cbor_item(data, next)
            items.append(item)
        return items, next
    if major == 5:
        if argument > left // 2:
            raise Refused("lengthBeyondInput", at)
        pairs, previous = [], None
        for _ in range(argument):
            start = next
            key, next = cbor_item(data, start)
            encoded = data[start:next]
            if previous is not None and encoded == previous:
                raise Refused("duplicateKey", start)
            if previous is not None and encoded < previous:
                raise Refused("keysOutOfOrder", start)
            previous = encoded
            value, next = cbor_item(data, next)
            pairs.append((key, value))
        return tuple(pairs), next
    return {0xF4: False, 0xF5: True, 0xF6: None}[data[at]], next


def cbor_decode(data):
    item, next = cbor_item(data, 0)
    if next != len(data):
        raise Refused("trailingBytes", next)
    return item


def diagnostic(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(diagnostic, value)) + "]"
    return "{" + ", ".join(f"{diagnostic(k)}: {diagnostic(v)}" for k, v in value) + "}"


def refuses(decode, vectors, what):
    for vector in vectors:
        try:
            decode(bytes.fromhex(vector["bytes"]))
        except Refused as refused:
            found = (refused.problem, refused.offset)
            expect(found == (vector["problem"], vector["offset"]), f"{what} {vector}: refused with {found}")
        else:
            expect(False, f"{what} {vector} must be refused")


def check_cbor():
    vectors = load("cbor.json")
    for vector in vectors["accepted"]:
        expect(diagnostic(cbor_decode(bytes.fromhex(vector["bytes"]))) == vector["diagnostic"], f"CBOR {vector}")
    refuses(cbor_decode, vectors["refused"], "CBOR")


# ---- Commit records -------------------------------------------------------------------------------------------------


def commit_decode(data):
    def head(at, expected):
        major, argument, next = cbor_head(data, at)
        if major != expected:
            raise Refused("wrongKind", at)
        return argument, next

    count, at = head(0, 4)
    if count != 6:
        raise Refused("wrongCount", 0)
    start = at
    numbers = []
    for place in range(4):
        number, at = head(at, 0)
        if place == 0 and number != 1:
            raise Refused("invalidValue", start)
        numbers.append(number)
    start = at
    length, at = head(at, 2)
    if length > len(data) - at:
        raise Refused("lengthBeyondInput", start)
    if length != 32:
        raise Refused("wrongCount", start)
    state_root = data[at:at + 32]
    start = at = at + 32
    length, behind = head(at, 3)
    if length > len(data) - behind:
        raise Refused("lengthBeyondInput", start)
    if length > 1024:
        raise Refused("tooLong", start)
    reason, at = cbor_item(data, start)
    if at != len(data):
        raise Refused("trailingBytes", at)
    return (*numbers[1:], state_root, reason)


def check_commit():
    vectors = load("commit.json")
    for vector in vectors["accepted"]:
        encoded = bytes.fromhex(vector["encoded"])
        expected = (
            int(vector["sequence"]), int(vector["time"]), int(vector["entryCount"]),
            bytes.fromhex(vector["stateRoot"]), vector["reason"],
        )
        expect(commit_decode(encoded) == expected, f"commit record {vector}")
        expect(leaf_hash(encoded).hex() == vector["leafHash"], f"leaf hash of commit record {vector}")
    refuses(commit_decode, vectors["refused"], "commit record")


# ---- Notes ----------------------------------------------------------------------------------------------------------


def base64_strict(text):
    """Decodes Base64 that is the one encoding of its bytes; None otherwise."""
    if not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text) or len(text) % 4:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def is_key_name(name):
    return bool(name) and not any(c == "+" or c.isspace() or c < " " for c in name)


def parse_note(data):
    """Text and signatures (name, key id, signature) of a note."""
    for offset, byte in enumerate(data):
        if byte < 32 and byte != 10:
            raise Refused("controlCharacter", offset)
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("invalidText", 0) from None
    if not whole.endswith("\n"):
        raise Refused("unfinishedLine", len(data))
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines:
        raise Refused("noSignatures", len(data))
    text += "\n"
    offset = len(text.encode()) + 1
    signatures = []
    for line in lines.split("\n")[:-1]:
        found = re.fullmatch(r"— ([^ ]*) (.*)", line)
        blob = found and base64_strict(found[2])
        if not found or not is_key_name(found[1]) or not blob or len(blob) < 5:
            raise Refused("malformedSignatureLine", offset)
        signatures.append((found[1], blob[:4], blob[4:]))
        offset += len(line.encode()) + 1
    return text, signatures


def parse_key(vkey):
    name, key_id, material = vkey.split("+", 2)
    blob = base64_strict(material)
    expect(is_key_name(name) and blob and len(blob) == 33, f"verifier key {vkey}")
    expect(sha256(name.encode() + b"\n" + blob)[:4].hex() == key_id, f"id of verifier key {vkey}")
    return name, bytes.fromhex(key_id), blob[0], blob[1:]


def is_signed(text, key, signature):
    """Whether a signature verifies; unknown (and so taken as good) without an implementation of Ed25519."""
    _, _, algorithm, public = key
    message = text.encode()
    if algorithm == 4:
        (time,) = struct.unpack(">Q", signature[:8])
        message = f"cosignature/v1\ntime {time}\n".encode() + message
        signature = signature[8:]
    if len(signature) != 64:
        return False
    if Ed25519PublicKey is None:
        return True
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return True
    except InvalidSignature:
        return False


def check_signed(note, vkeys):
    text, signatures = parse_note(note.encode())
    for vkey in vkeys:
        key = parse_key(vkey)
        own = [signature for name, key_id, signature in signatures if (name, key_id) == key[:2]]
        expect(own, f"{vkey} signed the note")
        for signature in own:
            expect(is_signed(text, key, signature), f"the signature of {vkey}")
            if Ed25519PublicKey is not None:
                expect(not is_signed(text + "x\n", key, signature), f"{vkey} signed no other text")
    return text


def decimal(text):
    if not re.fullmatch(r"0|[1-9][0-9]*", text) or int(text) >= 1 << 64:
        return None
    return int(text)


def parse_checkpoint(data):
    text = data.decode("utf-8")
    offset, fields = 0, []
    checks_of_lines = [bool, lambda l: decimal(l) is not None, lambda l: len(base64_strict(l) or b"") == 32]
    while offset < len(data) or len(fields) < 3:
        line, newline, _ = text.encode()[offset:].decode().partition("\n")
        valid = checks_of_lines[len(fields)] if len(fields) < 3 else bool
        if not newline or not valid(line):
            raise Refused("malformedLine", offset)
        fields.append(line)
        offset += len(line.encode()) + 1
    return fields[0], decimal(fields[1]), base64_strict(fields[2]), fields[3:]


def parse_proof(data):
    text = data.decode("utf-8")
    offset = 0

    def line():
        nonlocal text, offset
        first, newline, rest = text.partition("\n")
        if not newline:
            raise Refused("malformedLine", offset)
        start, text = offset, rest
        offset += len(first.encode()) + 1
        return first, start

    if line()[0] != "c2sp.org/tlog-proof@v1":
        raise Refused("malformedLine", 0)
    extra = None
    current, start = line()
    if current.startswith("extra "):
        extra = base64_strict(current[6:])
        if not extra:
            raise Refused("malformedLine", start + 6)
        current, start = line()
    index = decimal(current[6:]) if current.startswith("index ") else None
    if index is None:
        raise Refused("malformedLine", start)
    path = []
    while True:
        current, start = line()
        if not current:
            return extra, index, path, text
        hash = base64_strict(current)
        if hash is None or len(hash) != 32:
            raise Refused("malformedLine", start)
        path.append(hash)


def check_notes():
    vectors = load("notes.json")
    for vector in vectors["keys"]:
        name, key_id, algorithm, public = parse_key(vector["verifierKey"])
        expect((name, algorithm) == (vector["name"], vector["algorithm"]), f"key {vector}")
        expect((key_id.hex(), public.hex()) == (vector["keyID"], vector["publicKey"]), f"key {vector}")
        if Ed25519PublicKey is not None:
            made = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["seed"])).public_key()
            expect(made.public_bytes(Encoding.Raw, PublicFormat.Raw) == public, f"public key of {name}")
    for vector in vectors["notes"] + vectors["published"]:
        expect(check_signed(vector["note"], vector["verifierKeys"]) == vector["text"], f"text of {vector['note']}")
    for vector in vectors["checkpoints"]:
        expected = (vector["origin"], int(vector["size"]), bytes.fromhex(vector["root"]), vector["extensions"])
        expect(parse_checkpoint(vector["text"].encode()) == expected, f"checkpoint {vector}")
    for vector in vectors["cosignatures"]:
        signature = bytes.fromhex(vector["signature"])
        time = int(vector["time"])
        expect(signature[:8] == struct.pack(">Q", time), f"time of {vector}")
        expect(vector["message"] == f"cosignature/v1\ntime {time}\n{vector['checkpoint']}", f"message of {vector}")
        expect(is_signed(vector["checkpoint"], parse_key(vector["verifierKey"]), signature), f"cosignature {vector}")
    for vector in vectors["proofs"]:
        extra, index, path, note = parse_proof(vector["proof"].encode())
        expect(extra == (bytes.fromhex(vector["extra"]) if "extra" in vector else None), f"extra of {vector}")
        expect(str(index) == vector["index"] and [h.hex() for h in path] == vector["path"], f"path of {vector}")
        _, size, log_root, _ = parse_checkpoint(check_signed(note, [vector["log"], *vector["witnesses"]]).encode())
        found = inclusion_root(index, size, leaf_hash(bytes.fromhex(vector["leaf"])), path)
        expect(found == log_root, f"proof {vector}")
    refuses(parse_note, vectors["refusedNotes"], "note")
    refuses(parse_checkpoint, vectors["refusedCheckpoints"], "checkpoint")
    refuses(parse_proof, vectors["refusedProofs"], "proof")


for check in (check_log, check_cbor, check_commit, check_notes):
    check()
if Ed25519PublicKey is None:
    print("skipped: the package `cryptography` is not installed, Ed25519 signatures were not checked")
print(f"all vectors hold ({checks} checks)")
