// The members of a compact object, found in one pass without any buffer: this runs for every record
// on import and on verification.

#include "CSimdjson.h"
#include "Grammar.hpp"

#include <simdjson.h>

namespace {

using namespace avow;

constexpr size_t deepest = 256;

// Marks, in its high bit, the first of eight bytes that is a quote, a backslash or below 0x20, and
// perhaps some after it.
inline uint64_t special_bytes(uint64_t word) {
    constexpr uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
    return ((quote - ones) & ~quote & highs) | ((slash - ones) & ~slash & highs) |
           ((word - ones * 0x20) & ~word & highs);
}

// How many bytes in memory certainly stand before the first that is marked.
inline int bytes_before(uint64_t marks) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_ctzll(marks) / 8;
#else
    (void)marks;
    return 0;
#endif
}

class Scanner {
public:
    Scanner(const uint8_t *bytes, size_t length) : start(bytes), p(bytes), end(bytes + length) {}

    int run(size_t max_depth, avow_json_member *members, size_t capacity, size_t &count) {
        uint64_t objects[deepest / 64] = {};  // which of the open containers are objects
        size_t depth = 0;
        avow_json_member member = {};
        auto in_object = [&]() { return (objects[(depth - 1) / 64] >> ((depth - 1) % 64) & 1) != 0; };

        if (p == end) return AVOW_JSON_EMPTY;
        if (*p != '{') return is_space(*p) ? AVOW_JSON_NOT_COMPACT : AVOW_JSON_NOT_OBJECT;

    value:
        if (p == end) return AVOW_JSON_TRUNCATED;
        switch (*p) {
        case '{':
        case '[': {
            if (depth == max_depth || depth == deepest) return AVOW_JSON_TOO_DEEP;
            bool object = *p == '{';
            uint64_t bit = uint64_t(1) << (depth % 64);
            objects[depth / 64] = object ? objects[depth / 64] | bit : objects[depth / 64] & ~bit;
            ++depth;
            ++p;
            if (p == end) return AVOW_JSON_TRUNCATED;
            if (*p == (object ? '}' : ']')) goto close;
            if (object) goto name;
            goto value;
        }
        case '"':
            if (int fault = string()) return fault;
            break;
        case 't':
            if (int fault = literal("true", 4)) return fault;
            break;
        case 'f':
            if (int fault = literal("false", 5)) return fault;
            break;
        case 'n':
            if (int fault = literal("null", 4)) return fault;
            break;
        default: {
            if (*p != '-' && !is_digit(*p)) return is_space(*p) ? AVOW_JSON_NOT_COMPACT : AVOW_JSON_EXPECTED_VALUE;
            const uint8_t *stop = nullptr;
            const uint8_t *after_number = number_end(p, end, &stop);
            p = stop;
            if (!after_number) return AVOW_JSON_NUMBER;
        }
        }

    after:
        if (depth == 1) {
            member.value_length = static_cast<uint32_t>(p - start) - member.value_offset;
            if (count < capacity) members[count] = member;
            ++count;
        }
        if (p == end) return AVOW_JSON_TRUNCATED;
        if (*p == ',') {
            ++p;
            if (!in_object()) goto value;
        } else if (*p == (in_object() ? '}' : ']')) {
            goto close;
        } else {
            return is_space(*p) ? AVOW_JSON_NOT_COMPACT : AVOW_JSON_EXPECTED_COMMA_OR_END;
        }

    name:
        if (p == end) return AVOW_JSON_TRUNCATED;
        if (*p != '"') return is_space(*p) ? AVOW_JSON_NOT_COMPACT : AVOW_JSON_EXPECTED_NAME;
        {
            const uint8_t *opened = p;
            if (int fault = string()) return fault;
            if (p == end) return AVOW_JSON_TRUNCATED;
            if (*p != ':') return is_space(*p) ? AVOW_JSON_NOT_COMPACT : AVOW_JSON_EXPECTED_COLON;
            if (depth == 1) {
                member.name_offset = static_cast<uint32_t>(opened - start) + 1;
                member.name_length = static_cast<uint32_t>(p - opened) - 2;
                member.value_offset = static_cast<uint32_t>(p - start) + 1;
            }
        }
        ++p;
        goto value;

    close:
        ++p;
        if (--depth == 0) {
            if (p == end) return AVOW_JSON_OK;
            return is_space(*p) ? AVOW_JSON_NOT_COMPACT : AVOW_JSON_TRAILING;
        }
        goto after;
    }

    size_t offset() const { return static_cast<size_t>(p - start); }

private:
    const uint8_t *start;
    const uint8_t *p;
    const uint8_t *end;

    int string() {
        const uint8_t *opened = p++;
        for (;;) {
            while (end - p >= 8) {
                uint64_t word;
                std::memcpy(&word, p, 8);
                uint64_t special = special_bytes(word);
                if (special) {
                    p += bytes_before(special);
                    break;
                }
                p += 8;
            }
            for (;; ++p) {
                if (p == end) {
                    p = opened;
                    return AVOW_JSON_UNCLOSED_STRING;
                }
                if (*p == '"') {
                    ++p;
                    return AVOW_JSON_OK;
                }
                if (*p < 0x20) return AVOW_JSON_CONTROL_CHARACTER;
                if (*p == '\\') {
                    const uint8_t *after = escape_end(p, end);
                    if (!after) return AVOW_JSON_ESCAPE;
                    p = after;
                    break;
                }
            }
        }
    }

    int literal(const char *text, size_t size) {
        if (static_cast<size_t>(end - p) < size || std::memcmp(p, text, size) != 0) return AVOW_JSON_LITERAL;
        p += size;
        return AVOW_JSON_OK;
    }
};

}  // namespace

extern "C" int avow_json_members(const uint8_t *bytes, size_t length, size_t max_depth,
                                 avow_json_member *members, size_t capacity, size_t *count,
                                 size_t *error_offset) {
    *count = 0;
    *error_offset = 0;
    if (length >= UINT32_MAX - 64) return AVOW_JSON_TOO_LARGE;
    if (length == 0) return AVOW_JSON_EMPTY;
    if (!simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length)) {
        *error_offset = static_cast<size_t>(bad_utf8(bytes, bytes + length) - bytes);
        return AVOW_JSON_UTF8;
    }
    Scanner scanner(bytes, length);
    int fault = scanner.run(max_depth, members, capacity, *count);
    if (fault != AVOW_JSON_OK) *error_offset = scanner.offset();
    return fault;
}
