/*
 * The catalogue of texts, as Qt strings. A small value to pass around; any thread.
 */
#pragma once

#include <initializer_list>

#include <QString>

#include "locale/text.h"

namespace lx::ui {

class Text {
public:
	explicit Text(const lx_text *catalogue = nullptr) : catalogue_(catalogue) {}

	QString operator()(const char *key) const;
	/* Replaces %1 … %9 in one pass: an argument that holds "%1" stays as it is. */
	QString operator()(const char *key, std::initializer_list<QString> args) const;
	/* For the core, which words some things itself. */
	const lx_text *catalogue() const { return catalogue_; }
	/* Whether the catalogue knows the key. */
	bool has(const char *key) const;

	/* "45 s", "10 min", "1 h 30 min", "7 d" */
	QString duration(qint64 seconds) const;
	/* "45s", "10m", "1h", "7d": for buttons */
	QString shortDuration(qint64 seconds) const;

private:
	const lx_text *catalogue_;
};

} // namespace lx::ui
