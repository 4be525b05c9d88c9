#include "ui/rules/rules.hpp"

#include <algorithm>

#include <util/dstr.h>

#include "chat/query.h"
#include "platform/clock.h"
#include "ui/session.hpp"

namespace lx::ui {

Rules::Rules(const struct lx_text *texts, const struct lx_clock *clock, const Session &session, const QString &path,
	     QObject *parent)
	: QObject(parent), texts_(texts), text_(texts), clock_(clock), session_(session), path_(path)
{
	struct dstr trouble = {};
	struct lx_rules *rules = lx_rules_load(path.isEmpty() ? nullptr : path.toUtf8().constData(), texts, &trouble);
	set_ = RuleSet::of(rules);
	lx_rules_destroy(rules);
	trouble_ = QString::fromUtf8(trouble.array);
	dstr_free(&trouble);
	for (ViewDef &view : set_.views) {
		view.id = ++lastId_;
	}
	compile();
	connect(&session_, &Session::accountChanged, this, [this](enum lx_account_role role) {
		if (role == LX_ACCOUNT_MAIN && session_.account(role).login != me_) {
			compile();
			Q_EMIT changed();
		}
	});
}

Rules::~Rules() = default;

void Rules::compile()
{
	me_ = session_.account(LX_ACCOUNT_MAIN).login;
	judge_ = std::make_shared<Judge>(set_, me_, texts_, lx_clock_unix_ms(clock_));
}

void Rules::save()
{
	if (path_.isEmpty()) {
		return;
	}
	/* Temporary views come and go without the disk. */
	struct lx_rules *rules = set_.toCore(false);
	char *json = lx_rules_to_json(rules);
	const QByteArray wanted = json;
	bfree(json);
	if (wanted != saved_) {
		const bool saved = lx_rules_save(rules, path_.toUtf8().constData());
		saved_ = saved ? wanted : QByteArray();
		if (!saved) {
			Q_EMIT told(text_("Rules.Error.Save", {path_}));
		}
	}
	lx_rules_destroy(rules);
}

void Rules::change(RuleSet &&set)
{
	set_ = std::move(set);
	if (set_.rules.size() > LX_RULES_MAX) {
		set_.rules.resize(LX_RULES_MAX);
	}
	if (set_.views.size() > LX_VIEWS_MAX) {
		set_.views.resize(LX_VIEWS_MAX);
	}
	for (ViewDef &view : set_.views) {
		if (!view.id) {
			view.id = ++lastId_;
		}
	}
	save();
	compile();
	Q_EMIT changed();
}

QString Rules::takeTrouble()
{
	return std::exchange(trouble_, {});
}

int Rules::indexOf(int viewId) const
{
	const auto found = std::find_if(set_.views.begin(), set_.views.end(),
					[viewId](const ViewDef &view) { return view.id == viewId; });
	return found == set_.views.end() ? -1 : int(found - set_.views.begin());
}

int Rules::openView(const QString &name, const QString &query, bool temporary)
{
	RuleSet set = set_;
	auto found = std::find_if(set.views.begin(), set.views.end(),
				  [&query](const ViewDef &view) { return view.query == query; });
	if (found == set.views.end()) {
		if (set.views.size() >= LX_VIEWS_MAX) {
			Q_EMIT told(text_("Rules.TooManyViews"));
			return 0;
		}
		found = set.views.insert(set.views.end(), {++lastId_, name, query, false, temporary});
	}
	const int id = found->id;
	if (!found->open) {
		found->open = true;
		change(std::move(set));
	}
	return id;
}

void Rules::closeView(int id)
{
	const int index = indexOf(id);
	if (index < 0) {
		return;
	}
	RuleSet set = set_;
	if (set.views[size_t(index)].temporary) {
		set.views.erase(set.views.begin() + index);
	} else {
		set.views[size_t(index)].open = false;
	}
	change(std::move(set));
}

void Rules::setQuery(int id, const QString &query)
{
	const int index = indexOf(id);
	if (index >= 0 && set_.views[size_t(index)].query != query) {
		RuleSet set = set_;
		ViewDef &view = set.views[size_t(index)];
		view.query = query;
		view.name = view.temporary ? query.left(24) : view.name;
		change(std::move(set));
	}
}

void Rules::removeView(int id)
{
	const int index = indexOf(id);
	if (index >= 0) {
		RuleSet set = set_;
		set.views.erase(set.views.begin() + index);
		change(std::move(set));
	}
}

void Rules::hideShared(bool hide)
{
	if (set_.hideShared != hide) {
		RuleSet set = set_;
		set.hideShared = hide;
		change(std::move(set));
	}
}

void Rules::addRule(RuleDef &&rule)
{
	if (set_.rules.size() >= LX_RULES_MAX) {
		Q_EMIT told(text_("Rules.TooManyRules"));
		return;
	}
	RuleSet set = set_;
	set.rules.insert(set.rules.begin(), std::move(rule)); /* what was asked for last counts most */
	change(std::move(set));
}

void Rules::stop()
{
	disconnect(&session_, nullptr, this, nullptr);
	judge_.reset();
}

void Rules::switchOff(const Judge *judge, int rule)
{
	if (judge != judge_.get() || rule < 0 || size_t(rule) >= set_.rules.size()) {
		return;
	}
	RuleSet set = set_;
	set.rules[size_t(rule)].enabled = false;
	const QString name = set.rules[size_t(rule)].name;
	change(std::move(set));
	Q_EMIT told(text_("Rules.SwitchedOff", {name}));
}

QString Rules::whyNot(const QString &query) const
{
	if (query.trimmed().isEmpty()) {
		return text_("Rules.EmptyQuery");
	}
	if (query.toUtf8().size() > LX_RULE_QUERY_MAX) {
		return text_("Rules.LongQuery");
	}
	struct lx_query_error error = {};
	struct lx_query *parsed = lx_query_parse(query.toUtf8().constData(), texts_, lx_clock_unix_ms(clock_), &error);
	lx_query_destroy(parsed);
	return parsed ? QString() : QString::fromUtf8(error.sentence);
}

QString quotedForQuery(const QString &value)
{
	QString plain = value.simplified();
	plain.remove(u'"');
	return u'"' + plain + u'"';
}

namespace {

/* Parted by blanks that are not between quotation marks, nor in a regular expression. */
QStringList piecesOf(const QString &query)
{
	QStringList pieces;
	QString piece;
	QChar within;
	for (const QChar c : query) {
		if (c.isSpace() && within.isNull()) {
			pieces << piece;
			piece.clear();
			continue;
		}
		if (!within.isNull()) {
			within = c == within ? QChar() : within;
		} else if (c == u'"' || (c == u'/' && (piece.isEmpty() || piece == u"-"))) {
			within = c;
		}
		piece += c;
	}
	pieces << piece;
	pieces.removeAll(QString());
	return pieces;
}

bool isAboutTheLog(const QString &piece)
{
	const QString bare = piece.startsWith(u'-') ? piece.mid(1) : piece;
	for (const char *word : {"stream:", "after:", "before:", "on:", "sort:", "in:"}) {
		if (bare.startsWith(QLatin1StringView(word), Qt::CaseInsensitive)) {
			return true;
		}
	}
	return bare.compare(QLatin1StringView("is:deleted"), Qt::CaseInsensitive) == 0;
}

bool isOr(const QString &piece)
{
	return piece == u"OR" || piece == u"|";
}

} // namespace

QString liveQuery(const QString &query)
{
	QStringList live;
	bool dropped = false; /* what stood before was */
	for (const QString &piece : piecesOf(query)) {
		if (isAboutTheLog(piece)) {
			dropped = true;
			continue;
		}
		if (isOr(piece) && (dropped || live.isEmpty() || isOr(live.last()))) {
			continue;
		}
		/* "a OR in:b c" is "a c". */
		if (!isOr(piece) && dropped && !live.isEmpty() && isOr(live.last())) {
			live.removeLast();
		}
		dropped = false;
		live << piece;
	}
	while (!live.isEmpty() && isOr(live.last())) {
		live.removeLast();
	}
	return live.join(u' ');
}

} // namespace lx::ui
