#include "ui/rules/judge.hpp"

#include <atomic>

namespace lx::ui {

namespace {

quint32 nextNumber()
{
	static std::atomic<quint32> last{0};
	return ++last;
}

} // namespace

Judge::Judge(const RuleSet &set, const QString &me, const struct lx_text *texts, qint64 nowMs) : number_(nextNumber())
{
	struct lx_rules *rules = set.toCore(true);
	filter_ = lx_filter_create(rules, me.toUtf8().constData(), texts, nowMs);
	lx_rules_destroy(rules);
	for (const RuleDef &rule : set.rules) {
		names_.push_back(rule.name);
		sounds_.push_back(rule.sound);
	}
}

Judge::~Judge()
{
	lx_filter_destroy(filter_);
}

Judge::Effects Judge::judge(const struct lx_event &event, ChatRow &row)
{
	struct lx_filter_verdict verdict;
	Effects effects;
	if (event.type != LX_EVENT_CHAT_MESSAGE && event.type != LX_EVENT_CHAT_NOTICE &&
	    event.type != LX_EVENT_WHISPER) {
		return effects;
	}
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		lx_filter_judge(filter_, &event, &verdict);
		effects.switchedOff = lx_filter_switched_off(filter_);
	}
	row.highlight = verdict.color;
	row.highlightName = verdict.rule >= 0 ? names_[size_t(verdict.rule)] : QString();
	row.hidden = verdict.hidden;
	row.mention = verdict.mention;
	row.views = verdict.views;
	row.judgedBy = number_;
	if (verdict.sound_rule >= 0) {
		effects.sound = sounds_[size_t(verdict.sound_rule)];
	}
	return effects;
}

bool Judge::judgeAgain(ChatRow &row, const QByteArray &channel)
{
	const QByteArray login = row.login.toUtf8();
	const QByteArray name = row.name.toUtf8();
	const QByteArray text = row.text.toUtf8();
	const QByteArray answered = row.replyName.toUtf8();
	const struct lx_emote emote = {"", 0, 0, 0, 0};
	QByteArray badges;
	for (const Badge &badge : row.badges) {
		badges += (badges.isEmpty() ? "" : ",") + badge.key;
	}
	struct lx_event event;
	lx_event_init(&event, row.kind == RowKind::Event ? LX_EVENT_CHAT_NOTICE : LX_EVENT_CHAT_MESSAGE);
	event.time_ms = row.timeMs;
	event.channel = channel.constData();
	event.chat.id = row.id.constData();
	event.chat.user.id = row.userId.constData();
	event.chat.user.login = login.constData();
	event.chat.user.name = name.constData();
	event.chat.user.badges = badges.constData();
	event.chat.user.roles = row.roles;
	event.chat.text = text.constData();
	event.chat.emotes = &emote;
	event.chat.emote_count = row.emotes.empty() ? 0 : 1;
	event.chat.flags = row.flags;
	event.chat.bits = row.bits;
	event.chat.notice = row.notice.constData();
	event.chat.reward_id = row.rewarded ? "?" : "";
	event.chat.reply_id = row.replyName.isEmpty() ? "" : "?";
	event.chat.reply_login = answered.constData();

	const quint32 color = row.highlight;
	const bool hidden = row.hidden;
	const bool mention = row.mention;
	const QString rule = row.highlightName;
	judge(event, row);
	const bool changed = color != row.highlight || hidden != row.hidden || rule != row.highlightName ||
			     mention != row.mention;
	row.revision += changed;
	return changed;
}

QString Judge::ruleError(size_t n) const
{
	return QString::fromUtf8(lx_filter_rule_error(filter_, n));
}

QString Judge::viewError(size_t n) const
{
	return QString::fromUtf8(lx_filter_view_error(filter_, n));
}

} // namespace lx::ui
