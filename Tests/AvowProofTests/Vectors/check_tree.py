"""Checks tree.json and tree-refused.json with a second implementation, written from the format alone.

Usage: python3 check_tree.py tree.json tree-refused.json
"""
import json
import sys
import uuid
from hashlib import sha256


class Refused(Exception):
    pass


def need(condition, reason="malformed"):
    if not condition:
        raise Refused(reason)


def element(kind, value):
    """One element of a tuple (FoundationDB, design/tuple.md)."""
    if kind == "null":
        return b"\x00"
    if kind == "uuid":
        return b"\x30" + uuid.UUID(value).bytes
    if kind in ("bytes", "text"):
        raw = bytes.fromhex(value) if kind == "bytes" else value.encode()
        return (b"\x01" if kind == "bytes" else b"\x02") + raw.replace(b"\0", b"\0\xff") + b"\0"
    number = int(value)
    size = (abs(number).bit_length() + 7) // 8
    tail = number if number >= 0 else number + (1 << 8 * size) - 1
    return bytes([0x14 + (size if number >= 0 else -size)]) + tail.to_bytes(size, "big")


def part(tag, text, digest):
    return sha256(bytes([tag]) + len(text).to_bytes(4, "big") + text + digest).digest()


def inner(left_count, left, right_count, right):
    counts = left_count.to_bytes(8, "big") + right_count.to_bytes(8, "big")
    return sha256(b"\x03" + counts + left + right).digest()


EMPTY = sha256(b"\x06").digest()
PRUNED, FULL, ORDER, REALM = range(4)


def read(data):
    """The items of a proof, as (first rank, count, kind, key parts, digest), its root and its count."""
    offset = 0

    def take(size):
        nonlocal offset
        need(size <= len(data) - offset)
        offset += size
        return data[offset - size : offset]

    def varint():
        value = shift = 0
        while True:
            byte = take(1)[0]
            value |= (byte & 127) << shift
            need(value < 1 << 64 and (byte or not shift) and shift < 70)
            if byte < 128:
                return value
            shift += 7

    def string():
        size = varint()
        need(size <= 4096)
        return take(size)

    items, open_nodes, root, rank, realm, order, greatest = [], [], None, 0, None, b"", None
    while offset < len(data):
        need(root is None)
        head = take(1)[0]
        opened, repeats, kind = head >> 3, head & 4, head & 3
        if opened == 31:
            opened += varint()
        need(opened + len(open_nodes) <= 256)
        open_nodes += [None] * opened
        if kind == PRUNED:
            need(not repeats)
            count = varint()
            need(count > 0)
            key, digest = None, take(32)
            subtree = digest
        else:
            if repeats:
                need(realm is not None)
            else:
                new = string()
                need(new != realm)
                realm = new
            key = [realm]
            if kind != REALM:
                shared = varint()
                need(shared <= len(order))
                rest = string()
                need(not rest or order[shared : shared + 1] != rest[:1])
                order = order[:shared] + rest
                key.append(order)
            if kind == FULL:
                key.append(string())
            need(sum(map(len, key)) <= 4096)
            count, digest = 1, take(32)
            subtree = digest
            for tag, text in reversed(list(zip((2, 4, 5), key))):
                subtree = part(tag, text, subtree)
            shown = b"".join(key)
            if greatest is not None:
                # The least that the greatest leaf before can be, against the most that this one can be.
                may_follow = greatest < shown or (kind != FULL and greatest.startswith(shown))
                need(may_follow, "unorderedLeaves")
            greatest = max(greatest or b"", shown)
        items.append((rank, count, kind, key, digest))
        rank += count
        need(rank < 1 << 64)
        while open_nodes and open_nodes[-1]:
            left_count, left = open_nodes.pop()
            subtree = inner(left_count, left, count, subtree)
            count += left_count
        if open_nodes:
            open_nodes[-1] = count, subtree
        else:
            root = subtree
    need(root or not data)
    return items, root or EMPTY, rank


class Tree:
    def __init__(self, vector):
        self.items, root, self.count = read(bytes.fromhex(vector["proof"]))
        need(root.hex() == vector["root"], "wrongRoot")
        need(self.count == vector["count"], "wrongCount")

    def is_leaf(self, index):
        return self.items[index][2] != PRUNED

    def shown(self, index):
        return b"".join(self.items[index][3])

    def is_below(self, index, bound):
        """Certainly below: whatever may follow what is shown."""
        text = self.shown(index)
        return text < bound and (self.items[index][2] == FULL or not bound.startswith(text))

    def position(self, bound):
        """The index of the first item not below a bound, None being the end of the tree."""
        end = len(self.items)
        if bound is None:
            return end
        if not bound:
            return 0
        index = next((i for i in range(end) if self.is_leaf(i) and self.shown(i) >= bound), end)
        need(index == 0 or self.is_leaf(index - 1), "incomplete")
        need(index == 0 or self.is_below(index - 1, bound), "undecidedLeaf")
        return index

    def rank(self, position):
        return self.items[position][0] if position < len(self.items) else self.count

    def number(self, lower, upper):
        if upper is not None and lower >= upper:
            return 0
        first = self.rank(self.position(lower))
        return self.rank(self.position(upper)) - first

    def entries(self, lower, upper, descending, limit):
        if upper is not None and lower >= upper:
            return
        index = self.position(upper) - 1 if descending else self.position(lower)
        while limit and 0 <= index < len(self.items):
            need(self.is_leaf(index), "incomplete")
            bound = lower if descending else upper
            if bound is not None:
                below, above = self.is_below(index, bound), self.shown(index) >= bound
                need(below or above, "undecidedLeaf")
                if below == descending:
                    return
            need(self.items[index][2] == FULL, "partialLeaf")
            yield self.items[index][0]
            index, limit = index + (-1 if descending else 1), limit - 1

    def answer(self, question):
        if question["ask"] == "entry":
            parts = [bytes.fromhex(text) for text in question["key"]]
            for rank, _, kind, key, _ in self.items:
                if kind == FULL and b"".join(key) == b"".join(parts):
                    return [rank] if key == parts else []
            key = b"".join(parts)
            need(self.number(key, key + b"\0") == 0, "partialLeaf")
            return []
        lower = bytes.fromhex(question["lower"])
        upper = bytes.fromhex(question["upper"]) if "upper" in question else None
        if question["ask"] == "count":
            return self.number(lower, upper)
        return list(self.entries(lower, upper, question["ask"] == "descending", question["limit"]))


def main(accepted, refused):
    checks = 0

    def agree(found, expected, what):
        nonlocal checks
        checks += 1
        if found != expected:
            sys.exit(f"{what}: found {found!r}, expected {expected!r}")

    for vector in accepted["tuples"]:
        agree(element(vector["type"], vector["value"]).hex(), vector["hex"], vector)
    for vector in accepted["leaves"]:
        digest = bytes.fromhex(vector["value"])
        for tag, text, name in ((5, "owner", "ownerBlind"), (4, "order", "keyBlind"), (2, "realm", "leaf")):
            digest = part(tag, bytes.fromhex(vector[text]), digest)
            agree(digest.hex(), vector[name], name)
    for vector in accepted["inner"]:
        left, right = bytes.fromhex(vector["left"]), bytes.fromhex(vector["right"])
        agree(inner(vector["countLeft"], left, vector["countRight"], right).hex(), vector["hash"], "inner")
    agree(EMPTY.hex(), accepted["empty"], "empty")
    for vector in accepted["proofs"]:
        tree = Tree(vector)
        names = ("realm", "order", "owner")
        shown = [
            {"rank": rank, "value": digest.hex(), **{name: text.hex() for name, text in zip(names, key)}}
            for rank, _, kind, key, digest in tree.items
            if kind == FULL
        ]
        agree(shown, vector["shown"], vector["name"])
        for question in vector["questions"]:
            expected = question["count"] if question["ask"] == "count" else question["ranks"]
            agree(tree.answer(question), expected, f"{vector['name']}: {question}")
    for vector in refused:
        try:
            found = f"accepted: {Tree(vector).answer(vector['question'])}"
        except Refused as reason:
            found = str(reason)
        agree(found, vector["refusal"], vector["name"])
    print(f"agreed on {checks} checks")


main(*(json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3]))
