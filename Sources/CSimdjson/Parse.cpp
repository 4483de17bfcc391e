// Stage 1 is simdjson's: UTF-8, strings and the positions of all structural characters, at several
// GB/s. Stage 2 is here, because the DOM's tape forgets which bytes a value came from and refuses
// numbers that a double or 64 bits do not hold, while a record keeps its digits.

#include "CSimdjson.h"
#include "Grammar.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <simdjson.h>

struct avow_json_parser {
    struct Open {
        uint32_t node;
        bool object;
    };

    std::unique_ptr<simdjson::internal::dom_parser_implementation> structure;
    std::unique_ptr<Open[]> stack;
    size_t stack_capacity = 0;
};

struct avow_json_document {
    uint8_t *text = nullptr;
    avow_json_node *nodes = nullptr;
    uint32_t *references = nullptr;
    size_t text_capacity = 0, node_capacity = 0, reference_capacity = 0;
    size_t text_length = 0, node_count = 0, reference_count = 0;

    ~avow_json_document() {
        std::free(text);
        std::free(nodes);
        std::free(references);
    }
};

namespace avow {

const uint8_t *bad_utf8(const uint8_t *p, const uint8_t *end) {
    while (p < end) {
        uint8_t c = *p;
        if (c < 0x80) {
            ++p;
            continue;
        }
        size_t extra;
        uint8_t low = 0x80, high = 0xBF;
        if (c >= 0xC2 && c <= 0xDF) {
            extra = 1;
        } else if (c >= 0xE0 && c <= 0xEF) {
            extra = 2;
            if (c == 0xE0) low = 0xA0;
            if (c == 0xED) high = 0x9F;
        } else if (c >= 0xF0 && c <= 0xF4) {
            extra = 3;
            if (c == 0xF0) low = 0x90;
            if (c == 0xF4) high = 0x8F;
        } else {
            return p;
        }
        if (static_cast<size_t>(end - p) <= extra) return p;
        if (p[1] < low || p[1] > high) return p;
        for (size_t i = 2; i <= extra; ++i)
            if ((p[i] & 0xC0) != 0x80) return p;
        p += extra + 1;
    }
    return end;
}

}  // namespace avow

namespace {

using namespace avow;

// Makes room for `count` elements whose old contents nobody needs.
template <typename T>
bool reserve(T *&buffer, size_t &capacity, size_t count) {
    if (count <= capacity) return true;
    std::free(buffer);
    buffer = nullptr;
    capacity = 0;
    count += count / 2;  // so that slowly growing inputs do not reallocate each time
    if (count > SIZE_MAX / sizeof(T)) return false;
    buffer = static_cast<T *>(std::malloc(count * sizeof(T)));
    if (!buffer) return false;
    capacity = count;
    return true;
}

// Where stage 1 lost a string: simdjson says that it did, not where.
size_t locate_string_fault(const uint8_t *bytes, size_t length, int fault) {
    bool inside = false;
    size_t opened = 0;
    for (size_t i = 0; i < length; ++i) {
        uint8_t c = bytes[i];
        if (!inside) {
            if (c == '"') {
                inside = true;
                opened = i;
            }
        } else if (c == '\\') {
            ++i;
        } else if (c == '"') {
            inside = false;
        } else if (c < 0x20 && fault == AVOW_JSON_CONTROL_CHARACTER) {
            return i;
        }
    }
    return inside ? opened : length;
}

class Builder {
public:
    Builder(avow_json_parser &parser, avow_json_document &document, const uint8_t *bytes, size_t length,
            size_t max_depth)
        : src(bytes), length(length), structurals(parser.structure->structural_indexes.get()),
          count(parser.structure->n_structural_indexes), stack(parser.stack.get()), max_depth(max_depth),
          document(document), out(document.text), nodes(document.nodes) {}

    size_t offset = 0;  // of the fault

    int run() {
        size_t depth = 0;
        bool reference_name = false;

    value:
        if (i >= count) return fail(AVOW_JSON_TRUNCATED, length);
        switch (src[structurals[i]]) {
        case '{':
        case '[': {
            if (depth == max_depth) return fail(AVOW_JSON_TOO_DEEP, structurals[i]);
            bool object = src[structurals[i]] == '{';
            stack[depth++] = {node_count, object};
            nodes[node_count++] = {position(), 0, 0,
                                   static_cast<uint32_t>(object ? AVOW_JSON_OBJECT : AVOW_JSON_ARRAY)};
            *out++ = src[structurals[i++]];
            if (i >= count) return fail(AVOW_JSON_TRUNCATED, length);
            if (src[structurals[i]] == (object ? '}' : ']')) goto close;
            if (object) goto name;
            reference_name = false;
            goto value;
        }
        case '"':
            if (reference_name) document.references[document.reference_count++] = node_count;
            if (int fault = string(0)) return fault;
            break;
        case '-': case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9':
            if (int fault = number()) return fault;
            break;
        case 't':
            if (int fault = literal("true", 4, AVOW_JSON_TRUE)) return fault;
            break;
        case 'f':
            if (int fault = literal("false", 5, AVOW_JSON_FALSE)) return fault;
            break;
        case 'n':
            if (int fault = literal("null", 4, AVOW_JSON_NULL)) return fault;
            break;
        default:
            return fail(AVOW_JSON_EXPECTED_VALUE, structurals[i]);
        }

    after:
        if (depth == 0) return i < count ? fail(AVOW_JSON_TRAILING, structurals[i]) : AVOW_JSON_OK;
        if (i >= count) return fail(AVOW_JSON_TRUNCATED, length);
        {
            uint8_t c = src[structurals[i]];
            bool object = stack[depth - 1].object;
            if (c == (object ? '}' : ']')) goto close;
            if (c != ',') return fail(AVOW_JSON_EXPECTED_COMMA_OR_END, structurals[i]);
            *out++ = ',';
            ++i;
            if (object) goto name;
            reference_name = false;
            goto value;
        }

    name:
        if (i >= count) return fail(AVOW_JSON_TRUNCATED, length);
        if (src[structurals[i]] != '"') return fail(AVOW_JSON_EXPECTED_NAME, structurals[i]);
        if (int fault = string(AVOW_JSON_NAME)) return fault;
        {
            const avow_json_node &name = nodes[node_count - 1];
            reference_name = name.length == 11 && std::memcmp(document.text + name.offset, "\"reference\"", 11) == 0;
        }
        if (i >= count) return fail(AVOW_JSON_TRUNCATED, length);
        if (src[structurals[i]] != ':') return fail(AVOW_JSON_EXPECTED_COLON, structurals[i]);
        *out++ = ':';
        ++i;
        goto value;

    close:
        *out++ = src[structurals[i++]];
        {
            avow_json_node &node = nodes[stack[--depth].node];
            node.length = position() - node.offset;
            node.next = node_count;
        }
        goto after;
    }

    void finish() {
        document.text_length = position();
        document.node_count = node_count;
    }

private:
    const uint8_t *src;
    size_t length;
    const uint32_t *structurals;
    uint32_t count;
    uint32_t i = 0;
    avow_json_parser::Open *stack;
    size_t max_depth;
    avow_json_document &document;
    uint8_t *out;
    avow_json_node *nodes;
    uint32_t node_count = 0;

    uint32_t position() const { return static_cast<uint32_t>(out - document.text); }

    int fail(int code, size_t at) {
        offset = at;
        return code;
    }

    void emit(size_t start, size_t end, uint32_t info) {
        uint32_t size = static_cast<uint32_t>(end - start);
        nodes[node_count] = {position(), size, node_count + 1, info};
        ++node_count;
        std::memcpy(out, src + start, size);
        out += size;
        ++i;
    }

    int string(uint32_t flags) {
        size_t start = structurals[i];
        // Between a string's opening quote and the next structural character lie only the string and
        // white space, so its closing quote is found from behind.
        size_t end = i + 1 < count ? structurals[i + 1] : length;
        while (end > start + 1 && is_space(src[end - 1])) --end;
        if (end < start + 2 || src[end - 1] != '"') return fail(AVOW_JSON_UNCLOSED_STRING, start);
        if (std::memchr(src + start, '\\', end - start)) {
            flags |= AVOW_JSON_ESCAPED;
            if (const uint8_t *bad = bad_escape(src + start + 1, src + end - 1))
                return fail(AVOW_JSON_ESCAPE, static_cast<size_t>(bad - src));
        }
        emit(start, end, AVOW_JSON_STRING | flags);
        return AVOW_JSON_OK;
    }

    int number() {
        const uint8_t *stop = nullptr;
        const uint8_t *end = number_end(src + structurals[i], src + length, &stop);
        if (!end || (end < src + length && !ends_scalar(*end)))
            return fail(AVOW_JSON_NUMBER, static_cast<size_t>(stop - src));
        emit(structurals[i], static_cast<size_t>(end - src), AVOW_JSON_KIND_NUMBER);
        return AVOW_JSON_OK;
    }

    int literal(const char *text, size_t size, uint32_t kind) {
        size_t start = structurals[i];
        if (length - start < size || std::memcmp(src + start, text, size) != 0 ||
            (start + size < length && !ends_scalar(src[start + size])))
            return fail(AVOW_JSON_LITERAL, start);
        emit(start, start + size, kind);
        return AVOW_JSON_OK;
    }
};

int parse(avow_json_parser &parser, avow_json_document &document, const uint8_t *bytes, size_t length,
          size_t max_depth, size_t &offset) {
    offset = 0;
    document.text_length = document.node_count = document.reference_count = 0;
    if (length >= UINT32_MAX - 64) return AVOW_JSON_TOO_LARGE;
    if (length == 0) return AVOW_JSON_EMPTY;
    if (length >= 3 && std::memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) return AVOW_JSON_BYTE_ORDER_MARK;

    if (!parser.structure) {
        auto made = simdjson::get_active_implementation()->create_dom_parser_implementation(length, 1, parser.structure);
        if (made != simdjson::SUCCESS) return AVOW_JSON_NO_MEMORY;
    } else if (parser.structure->capacity() < length) {
        size_t capacity = length + length / 2 < UINT32_MAX - 64 ? length + length / 2 : length;
        if (parser.structure->set_capacity(capacity) != simdjson::SUCCESS) return AVOW_JSON_NO_MEMORY;
    }
    if (parser.stack_capacity < max_depth) {
        parser.stack_capacity = 0;
        parser.stack.reset(new (std::nothrow) avow_json_parser::Open[max_depth]);
        if (!parser.stack) return AVOW_JSON_NO_MEMORY;
        parser.stack_capacity = max_depth;
    }

    switch (parser.structure->stage1(bytes, length, simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
        break;
    case simdjson::EMPTY:
        return AVOW_JSON_EMPTY;
    case simdjson::UTF8_ERROR:
        offset = static_cast<size_t>(bad_utf8(bytes, bytes + length) - bytes);
        return AVOW_JSON_UTF8;
    case simdjson::UNCLOSED_STRING:
        offset = locate_string_fault(bytes, length, AVOW_JSON_UNCLOSED_STRING);
        return AVOW_JSON_UNCLOSED_STRING;
    case simdjson::UNESCAPED_CHARS:
        offset = locate_string_fault(bytes, length, AVOW_JSON_CONTROL_CHARACTER);
        return AVOW_JSON_CONTROL_CHARACTER;
    case simdjson::MEMALLOC:
        return AVOW_JSON_NO_MEMORY;
    default:
        return AVOW_JSON_EXPECTED_VALUE;
    }

    // Each node takes at least one structural character, each reference at least two.
    size_t structurals = parser.structure->n_structural_indexes;
    if (!reserve(document.text, document.text_capacity, length) ||
        !reserve(document.nodes, document.node_capacity, structurals + 1) ||
        !reserve(document.references, document.reference_capacity, structurals / 2 + 1))
        return AVOW_JSON_NO_MEMORY;

    Builder builder(parser, document, bytes, length, max_depth);
    int fault = builder.run();
    if (fault == AVOW_JSON_OK) {
        builder.finish();
    } else {
        document.reference_count = 0;
        offset = builder.offset;
    }
    return fault;
}

// Copies a value's text with edits, and its nodes, which stand elsewhere then.
class Excerpt {
public:
    Excerpt(const avow_json_document &source, const avow_json_edit *edits, size_t count, const uint8_t *texts,
            avow_json_document &result)
        : source(source), edits(edits), count(count), texts(texts), result(result) {}

    int run(uint32_t node) {
        const avow_json_node &value = source.nodes[node];
        const uint32_t *all = source.references;
        const uint32_t *references = std::lower_bound(all, all + source.reference_count, node);
        const uint32_t *last = std::lower_bound(references, all + source.reference_count, value.next);
        uint64_t length = value.length;
        for (size_t i = 0; i < count; ++i) length += edits[i].text_length;
        if (length >= UINT32_MAX - 64) return AVOW_JSON_TOO_LARGE;
        result.text_length = result.node_count = result.reference_count = 0;
        if (!reserve(result.text, result.text_capacity, static_cast<size_t>(length)) ||
            !reserve(result.nodes, result.node_capacity, value.next - node) ||
            !reserve(result.references, result.reference_capacity, static_cast<size_t>(last - references)))
            return AVOW_JSON_NO_MEMORY;
        copy_text(value.offset, value.offset + value.length);
        copy_nodes(node, value.next, value.offset);
        while (references < last) result.references[result.reference_count++] = *references++ - node;
        return AVOW_JSON_OK;
    }

private:
    const avow_json_document &source;
    const avow_json_edit *edits;
    size_t count;
    const uint8_t *texts;
    avow_json_document &result;

    void copy_text(uint32_t from, uint32_t end) {
        uint8_t *out = result.text;
        auto append = [&](const uint8_t *bytes, size_t size) {
            std::memcpy(out, bytes, size);
            out += size;
        };
        for (size_t i = 0; i < count; ++i) {
            append(source.text + from, edits[i].start - from);
            append(texts + edits[i].text_offset, edits[i].text_length);
            from = edits[i].end;
        }
        append(source.text + from, end - from);
        result.text_length = static_cast<size_t>(out - result.text);
    }

    // Offsets and lengths are of 32 bits, in which a shift to the left wraps around to the right place.
    void copy_nodes(uint32_t first, uint32_t end, uint32_t base) {
        uint32_t shift = 0u - base;
        size_t edit = 0;
        for (uint32_t index = first; index < end; ++index) {
            avow_json_node node = source.nodes[index];
            uint32_t behind = node.offset + node.length;
            uint32_t grown = 0;
            // Nodes begin in the order of the text, so an edit lies behind the beginnings of all nodes to come or
            // before them.
            while (edit < count && edits[edit].start < node.offset) shift += growth(edit++);
            for (size_t within = edit; within < count && edits[within].start < behind; ++within) {
                grown += growth(within);
                if ((node.info & AVOW_JSON_KIND_MASK) == AVOW_JSON_STRING) node.info &= ~uint32_t(AVOW_JSON_ESCAPED);
            }
            result.nodes[index - first] = {node.offset + shift, node.length + grown, node.next - first, node.info};
        }
        result.node_count = end - first;
    }

    uint32_t growth(size_t edit) const { return edits[edit].text_length - (edits[edit].end - edits[edit].start); }
};

}  // namespace

extern "C" {

avow_json_parser *avow_json_parser_create(void) { return new (std::nothrow) avow_json_parser; }

void avow_json_parser_destroy(avow_json_parser *parser) { delete parser; }

avow_json_document *avow_json_document_create(void) { return new (std::nothrow) avow_json_document; }

void avow_json_document_destroy(avow_json_document *document) { delete document; }

avow_json_view avow_json_document_view(const avow_json_document *document) {
    return {document->text,       document->text_length, document->nodes,
            document->node_count, document->references,  document->reference_count};
}

int avow_json_parse(avow_json_parser *parser, avow_json_document *document, const uint8_t *bytes,
                    size_t length, size_t max_depth, size_t *error_offset) {
    try {
        return parse(*parser, *document, bytes, length, max_depth, *error_offset);
    } catch (...) {
        document->text_length = document->node_count = document->reference_count = 0;
        return AVOW_JSON_NO_MEMORY;
    }
}

int avow_json_excerpt(const avow_json_document *source, uint32_t node, const avow_json_edit *edits, size_t edit_count,
                      const uint8_t *texts, avow_json_document *excerpt) {
    return Excerpt(*source, edits, edit_count, texts, *excerpt).run(node);
}

}  // extern "C"
