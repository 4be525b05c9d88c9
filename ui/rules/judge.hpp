/*
 * Says of a line, by the user's rules, how it is to be shown. Made anew whenever the rules change.
 *
 * Threads: any; one line at a time. Immutable but for the switching off of rules that take too long.
 */
#pragma once

#include <mutex>
#include <vector>

#include <QString>

#include "chat/filter.h"
#include "ui/chat/row.hpp"
#include "ui/rules/rule_set.hpp"

namespace lx::ui {

class Judge {
public:
	/* `me`: login of the signed-in account, empty = none. `views` in `set` have the bits of their places. */
	Judge(const RuleSet &set, const QString &me, const struct lx_text *texts, qint64 nowMs);
	~Judge();
	Judge(const Judge &) = delete;
	Judge &operator=(const Judge &) = delete;

	struct Effects {
		QString sound;        /* to be played, as in RuleDef */
		int switchedOff = -1; /* a rule that is switched off from now on */
	};
	/* Fills in what the row says about highlight and views. */
	Effects judge(const struct lx_event &event, ChatRow &row);
	/* The same for a line that is there already; false when nothing about it changed but its views. */
	bool judgeAgain(ChatRow &row, const QByteArray &channel);

	/* Never 0, and never that of another one. */
	quint32 number() const { return number_; }

	/* What is wrong with the condition, empty = nothing. */
	QString ruleError(size_t n) const;
	QString viewError(size_t n) const;

private:
	const quint32 number_;
	std::mutex mutex_;
	struct lx_filter *filter_;
	std::vector<QString> names_;
	std::vector<QString> sounds_;
};

} // namespace lx::ui
