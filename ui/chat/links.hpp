/*
 * Links in what people write: where they are, and what is suspicious about one.
 */
#pragma once

#include <vector>

#include <QString>
#include <QStringList>

namespace lx::ui {

class Text;

struct Link {
	int start, length; /* in the text */
	QString url;       /* with a scheme */
};

/* http and https only, in order; brackets and full stops around them are not part of them. */
std::vector<Link> findLinks(const QString &text);

/* An address as its reader has to see it. */
struct LinkFacts {
	QString host;         /* as it is looked up: letters that only look Latin cannot hide in it */
	QString address;      /* all of it, with that host and nothing decoded */
	QStringList warnings; /* sentences */
};
LinkFacts linkFacts(const QString &url, const Text &text);

} // namespace lx::ui
