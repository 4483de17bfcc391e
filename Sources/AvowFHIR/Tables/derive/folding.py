#!/usr/bin/env python3
"""Derives how characters are folded for searches of text, from the Unicode data that Python has.

    Sources/AvowFHIR/Tables/derive/folding.py > Sources/AvowFHIR/Tables/TextFolding+Table.swift

A character becomes its canonical decomposition with the case folded; of that, what R4 (section 3.1.1.4.8) wants
ignored goes: punctuation (categories P), and marks above, below, through and beside letters (combining classes 1, 10
to 36 and 200 to 240; the vowel signs of Indic scripts and the marks of kana stay, which are letters there). White space
becomes a space. ASCII and the syllables of Hangul are left to the program, compatibility ideographs alone.
"""
import sys
import unicodedata

# Keys of indexes are made of the result, so that another version is another format.
VERSION = "14.0.0"


def is_dropped(character):
    combining = unicodedata.combining(character)
    is_mark = combining == 1 or 10 <= combining <= 36 or 200 <= combining <= 240
    return unicodedata.category(character)[0] == "P" or (unicodedata.category(character) == "Mn" and is_mark)


def folded(character):
    if character.isspace():
        return " "
    text = unicodedata.normalize("NFD", character)
    for _ in range(2):
        text = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in text if not is_dropped(c))


def is_left(code):
    return code < 0x80 or 0xD800 <= code < 0xE000 or 0xAC00 <= code < 0xD7A4 \
        or 0xF900 <= code < 0xFB00 or 0x2F800 <= code < 0x2FA20


def runs(table):
    """Neighbours at equal distances whose results are at equal distances."""
    keys = sorted(table)
    position = 0
    while position < len(keys):
        first, count, step, rise = keys[position], 1, 1, 0
        following = keys[position + 1 : position + 2]
        if len(table[first]) == 1 and following and following[0] - first <= 2 and len(table[following[0]]) == 1:
            step, rise = following[0] - first, ord(table[following[0]]) - ord(table[first])
            while position + count < len(keys) and rise in (0, 1, 2) \
                    and keys[position + count] == first + count * step \
                    and table[keys[position + count]] == chr(ord(table[first]) + count * rise):
                count += 1
        elif not table[first]:
            while keys[position + count : position + count + 1] == [first + count] and not table[first + count]:
                count += 1
        if count == 1:
            step, rise = 1, 0
        yield [first, count, step, rise] + [ord(c) for c in table[first]]
        position += count


def main():
    if unicodedata.unidata_version != VERSION:
        sys.exit(f"this is Unicode {unicodedata.unidata_version}, not {VERSION}")
    every = ((code, folded(chr(code))) for code in range(0x110000) if not is_left(code))
    table = {code: text for code, text in every if text != chr(code)}
    lines = [" ".join(f"{number:X}" for number in run) for run in runs(table)]
    rows, row = [], ""
    for line in lines:
        if len(row) + len(line) > 108:
            rows.append(row)
            row = ""
        row += (";" if row else "") + line
    rows.append(row)
    print(f"// Derived by Tables/derive/folding.py from Unicode {VERSION}; do not edit.\n")
    print("extension TextFolding {")
    print("    /// Runs of characters: the first, how many, their distance, the distance of what they become, and what the")
    print("    /// first becomes; all in hexadecimal.")
    print('    static let table: StaticString = """')
    for row in rows:
        print("        " + row)
    print('        """')
    print("}")


main()
