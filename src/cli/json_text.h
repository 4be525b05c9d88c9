/*
 * JSON text written straight into one growing buffer. For lines whose parts may hold any bytes, NUL too, and come by the
 * hundred thousand; everything else goes through cJSON.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct lx_json_text {
	char *bytes;
	size_t size, capacity;
};

void lx_json_text_finish(struct lx_json_text *json);

/* As is: brackets, commas, words, a key that needs no escape. */
void lx_json_text_raw(struct lx_json_text *json, const char *text, size_t size);
#define lx_json_text_literal(json, literal) lx_json_text_raw(json, literal, sizeof(literal) - 1)
void lx_json_text_number(struct lx_json_text *json, uint32_t number);

/* A string in quotes: control characters escaped, broken UTF-8 replaced by U+FFFD. */
void lx_json_text_string(struct lx_json_text *json, const char *text, size_t size);
