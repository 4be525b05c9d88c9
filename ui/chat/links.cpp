#include "ui/chat/links.hpp"

#include <algorithm>

#include <QUrl>

#include "chat/rows.h"
#include "ui/text.hpp"

namespace lx::ui {

namespace {

constexpr QStringView openers = u"([{<\"'„“«‹";
constexpr QStringView closers = u")]}>\"'”“»›.,;:!?…";

bool hasScheme(QStringView word)
{
	return word.startsWith(u"http://", Qt::CaseInsensitive) || word.startsWith(u"https://", Qt::CaseInsensitive);
}

/* A closing bracket whose opening one is inside belongs to the address. */
bool isPaired(QStringView word)
{
	const QChar last = word.back();
	const QChar first = last == u')' ? u'(' : last == u']' ? u'[' : last == u'}' ? u'{' : QChar();
	return !first.isNull() && word.count(first) >= word.count(last);
}

/* "192.0.2.1", "[2001:db8::1]": a machine without a name. */
bool isNumber(const QString &host)
{
	return host.contains(u':') ||
	       std::all_of(host.begin(), host.end(), [](QChar c) { return c == u'.' || (c >= u'0' && c <= u'9'); });
}

} // namespace

std::vector<Link> findLinks(const QString &text)
{
	std::vector<Link> links;
	/* Most lines have none: only a dot or a colon makes one. */
	if (!text.contains(u'.') && !text.contains(u"://")) {
		return links;
	}
	qsizetype at = 0;
	while (at < text.size()) {
		qsizetype end = at;
		while (end < text.size() && !text[end].isSpace()) {
			end++;
		}
		QStringView word = QStringView(text).mid(at, end - at);
		qsizetype start = at;
		while (!word.isEmpty() && openers.contains(word.front())) {
			word = word.mid(1);
			start++;
		}
		while (!word.isEmpty() && closers.contains(word.back()) && !isPaired(word)) {
			word.chop(1);
		}
		const bool scheme = hasScheme(word);
		/* "name@example.com" is no page. */
		const bool bare = !word.contains(u"://") && !word.contains(u'@');
		if (scheme ? word.size() > 8 : bare && lx_rows_has_link(word.toUtf8().constData())) {
			links.push_back({int(start), int(word.size()),
					 scheme ? word.toString() : QStringLiteral("https://") + word.toString()});
		}
		at = end + 1;
	}
	return links;
}

LinkFacts linkFacts(const QString &url, const Text &text)
{
	LinkFacts facts;
	const QUrl parsed(url, QUrl::TolerantMode);
	facts.host = QString::fromLatin1(QUrl::toAce(parsed.host()));
	if (facts.host.isEmpty()) {
		facts.host = parsed.host(QUrl::FullyEncoded);
	}
	facts.address = QString::fromLatin1(parsed.toEncoded(QUrl::FullyEncoded));
	const QString readable = parsed.host(QUrl::FullyDecoded);
	if (!parsed.userInfo().isEmpty()) {
		facts.warnings << text("Chat.Link.UserInfo", {parsed.userInfo(QUrl::FullyEncoded), facts.host});
	}
	if (facts.host.contains(u"xn--") || readable.isEmpty()) {
		facts.warnings << text("Chat.Link.LookAlike", {readable, facts.host});
	}
	if (isNumber(facts.host)) {
		facts.warnings << text("Chat.Link.Number");
	}
	if (parsed.scheme() != QLatin1StringView("https")) {
		facts.warnings << text("Chat.Link.Plain");
	}
	return facts;
}

} // namespace lx::ui
