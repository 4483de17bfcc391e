// JSON for Swift: simdjson finds the structure of a text, this shim checks the grammar over it and
// leaves the text without white space, and for each value the bytes of that text which it occupies.
//
// No function throws, keeps a pointer that it was given, or touches state outside its handles. A
// handle may be used by one thread at a time; a document that nobody parses into may be read by many.

#ifndef AVOW_CSIMDJSON_H
#define AVOW_CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

// What can be wrong with a text. Zero is success.
enum {
    AVOW_JSON_OK = 0,
    AVOW_JSON_EMPTY = 1,              // nothing but white space
    AVOW_JSON_TOO_LARGE = 2,          // longer than 32-bit offsets reach
    AVOW_JSON_NO_MEMORY = 3,
    AVOW_JSON_UTF8 = 4,               // not UTF-8
    AVOW_JSON_UNCLOSED_STRING = 5,
    AVOW_JSON_CONTROL_CHARACTER = 6,  // a character below U+0020 inside a string
    AVOW_JSON_ESCAPE = 7,             // an unknown escape, or half of a surrogate pair
    AVOW_JSON_NUMBER = 8,
    AVOW_JSON_LITERAL = 9,            // neither true, false nor null
    AVOW_JSON_EXPECTED_VALUE = 10,
    AVOW_JSON_EXPECTED_NAME = 11,
    AVOW_JSON_EXPECTED_COLON = 12,
    AVOW_JSON_EXPECTED_COMMA_OR_END = 13,
    AVOW_JSON_TOO_DEEP = 14,
    AVOW_JSON_TRAILING = 15,          // something after the value
    AVOW_JSON_TRUNCATED = 16,         // the text ends inside the value
    AVOW_JSON_NOT_COMPACT = 17,       // white space outside strings (member scanner only)
    AVOW_JSON_NOT_OBJECT = 18,        // (member scanner only)
    AVOW_JSON_BYTE_ORDER_MARK = 19
};

// The low four bits of a node's info.
enum {
    AVOW_JSON_NULL = 0,
    AVOW_JSON_FALSE = 1,
    AVOW_JSON_TRUE = 2,
    AVOW_JSON_KIND_NUMBER = 3,
    AVOW_JSON_STRING = 4,
    AVOW_JSON_ARRAY = 5,
    AVOW_JSON_OBJECT = 6,
    AVOW_JSON_KIND_MASK = 15
};

// Flags in a node's info.
enum {
    AVOW_JSON_ESCAPED = 16,  // a string with at least one backslash
    AVOW_JSON_NAME = 32      // a member's name; its value is the next node
};

// One value, or the name of a member. Nodes stand in the order of the text; `next` is the index of
// the first node after the value and everything in it.
typedef struct {
    uint32_t offset;  // of the first byte in the compact text
    uint32_t length;  // in bytes; the quotes of a string count
    uint32_t next;
    uint32_t info;
} avow_json_node;

// What a document holds; valid until something is parsed into it or it is destroyed.
typedef struct {
    const uint8_t *text;
    size_t text_length;
    const avow_json_node *nodes;
    size_t node_count;
    // The nodes of all string values of members named "reference", ascending.
    const uint32_t *references;
    size_t reference_count;
} avow_json_view;

// A piece of a document's text that reads otherwise in an excerpt: the content of a string, or a part of it, for which
// a text that needs no escapes stands there.
typedef struct {
    uint32_t start;
    uint32_t end;
    uint32_t text_offset;  // in the texts of all edits
    uint32_t text_length;
} avow_json_edit;

// The bytes of one member of an object, as offsets into its text.
typedef struct {
    uint32_t name_offset;  // after the opening quote
    uint32_t name_length;  // without quotes, escapes as they stand
    uint32_t value_offset;
    uint32_t value_length;
} avow_json_member;

typedef struct avow_json_parser avow_json_parser;
typedef struct avow_json_document avow_json_document;

// Null when there is no memory.
avow_json_parser *avow_json_parser_create(void);
void avow_json_parser_destroy(avow_json_parser *parser);

avow_json_document *avow_json_document_create(void);
void avow_json_document_destroy(avow_json_document *document);
avow_json_view avow_json_document_view(const avow_json_document *document);

// Parses one JSON text. On failure the document is empty and `*error_offset` is the offset in `bytes`
// at which the text stops being JSON.
int avow_json_parse(avow_json_parser *parser, avow_json_document *document, const uint8_t *bytes,
                    size_t length, size_t max_depth, size_t *error_offset);

// Makes `excerpt` a document of its own that holds one value of another, with some edits, as if its text had been
// parsed. The edits stand within the value, in order, each in a string of its own. Returns AVOW_JSON_OK, or what there
// was no room for.
int avow_json_excerpt(const avow_json_document *source, uint32_t node, const avow_json_edit *edits, size_t edit_count,
                      const uint8_t *texts, avow_json_document *excerpt);

// Checks that `bytes` is one compact JSON object and finds its members, in order. Fills at most
// `capacity` of them and sets `*count` to how many there are.
int avow_json_members(const uint8_t *bytes, size_t length, size_t max_depth, avow_json_member *members,
                      size_t capacity, size_t *count, size_t *error_offset);

// Whether two pieces of memory hold the same bytes.
static inline bool avow_bytes_equal(const uint8_t *left, const uint8_t *right, size_t length) {
    return memcmp(left, right, length) == 0;
}

#ifdef __cplusplus
}
#endif

#endif
