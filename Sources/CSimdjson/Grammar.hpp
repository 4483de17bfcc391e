// The parts of the JSON grammar (RFC 8259) that lie inside one token.

#ifndef AVOW_GRAMMAR_HPP
#define AVOW_GRAMMAR_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace avow {

inline bool is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

inline bool is_digit(uint8_t c) { return static_cast<uint8_t>(c - '0') < 10; }

// Whether a number or literal may end before c.
inline bool ends_scalar(uint8_t c) { return c == ',' || c == '}' || c == ']' || is_space(c); }

// The end of the number that starts at p, or null where `*stop` is the byte that breaks it.
inline const uint8_t *number_end(const uint8_t *p, const uint8_t *end, const uint8_t **stop) {
    auto digits = [&]() {
        const uint8_t *start = p;
        while (p < end && is_digit(*p)) ++p;
        return p > start;
    };
    *stop = p;
    if (p < end && *p == '-') ++p;
    if (p < end && *p == '0') {
        ++p;
    } else if (!digits()) {
        *stop = p;
        return nullptr;
    }
    if (p < end && *p == '.') {
        ++p;
        if (!digits()) {
            *stop = p;
            return nullptr;
        }
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        ++p;
        if (p < end && (*p == '+' || *p == '-')) ++p;
        if (!digits()) {
            *stop = p;
            return nullptr;
        }
    }
    *stop = p;
    return p;
}

inline int hex_value(uint8_t c) {
    if (is_digit(c)) return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The code unit in the four hexadecimal digits at p, or -1.
inline int code_unit(const uint8_t *p, const uint8_t *end) {
    if (end - p < 4) return -1;
    int value = 0;
    for (int i = 0; i < 4; ++i) {
        int digit = hex_value(p[i]);
        if (digit < 0) return -1;
        value = value << 4 | digit;
    }
    return value;
}

// The first byte after the escape whose backslash stands at p, or null. A surrogate counts only as
// half of a pair.
inline const uint8_t *escape_end(const uint8_t *p, const uint8_t *end) {
    if (end - p < 2) return nullptr;
    switch (p[1]) {
    case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
        return p + 2;
    case 'u': {
        int unit = code_unit(p + 2, end);
        if (unit < 0) return nullptr;
        p += 6;
        if (unit < 0xD800 || unit > 0xDFFF) return p;
        if (unit > 0xDBFF || end - p < 6 || p[0] != '\\' || p[1] != 'u') return nullptr;
        int low = code_unit(p + 2, end);
        return low >= 0xDC00 && low <= 0xDFFF ? p + 6 : nullptr;
    }
    default:
        return nullptr;
    }
}

// The first escape in [p, end) that is none, or null when all are.
inline const uint8_t *bad_escape(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        p = static_cast<const uint8_t *>(std::memchr(p, '\\', static_cast<size_t>(end - p)));
        if (!p) return nullptr;
        const uint8_t *after = escape_end(p, end);
        if (!after) return p;
        p = after;
    }
    return nullptr;
}

// The first byte of [p, end) that is not part of well-formed UTF-8 (Unicode 15, table 3-7), or end.
const uint8_t *bad_utf8(const uint8_t *p, const uint8_t *end);

}  // namespace avow

#endif
