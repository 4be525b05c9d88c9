#include "ui/chat/person_source.hpp"

#include <algorithm>
#include <mutex>

#include <QDateTime>
#include <QLocale>

#include "chat/archive.h"
#include "chat/log.h"
#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

constexpr size_t pageSize = 60;
constexpr size_t mostDeeds = 200;

} // namespace

/* Outlives the source: answers come when they like. */
struct PersonSource::Bridge {
	std::mutex mutex;
	PersonSource *owner;
};

struct PersonSource::Question {
	std::shared_ptr<Bridge> bridge;
	const struct lx_text *texts;
	Text text;
	QByteArray userId, words;
	qint64 nowMs, beforeMessage, beforeDeed;
	quint64 number;
	bool first;
	std::vector<HistoryItem> items;
};

/* To the UI thread, if anybody is there still. */
template<typename Work> void PersonSource::post(const std::shared_ptr<Bridge> &bridge, Work work)
{
	const std::lock_guard lock(bridge->mutex);
	if (bridge->owner) {
		QMetaObject::invokeMethod(
			bridge->owner, [owner = bridge->owner, work = std::move(work)] { work(*owner); },
			Qt::QueuedConnection);
	}
}

PersonSource::PersonSource(Context &context, const QByteArray &userId, QObject *parent)
	: QObject(parent), context_(context), userId_(userId), bridge_(std::make_shared<Bridge>())
{
	bridge_->owner = this;
}

PersonSource::~PersonSource()
{
	if (context_.core.archive) {
		lx_archive_cancel(context_.core.archive, &factsSlot_);
		lx_archive_cancel(context_.core.archive, &historySlot_);
	}
	const std::lock_guard lock(bridge_->mutex);
	bridge_->owner = nullptr;
}

/* --- Twitch ------------------------------------------------------------------------------------------------------ */

bool PersonSource::askProfile(enum lx_profile_part part)
{
	const QByteArray room = context_.session.roomId();
	if (!context_.core.helix || userId_.isEmpty() || (part != LX_PROFILE_USER && room.isEmpty()) ||
	    !lx_profile_may(context_.core.helix, part, nullptr)) {
		return false;
	}
	lx_profile_ask(
		context_.core.helix, part, room.constData(), userId_.constData(),
		[](const struct lx_profile *p, void *data) {
			const std::unique_ptr<std::shared_ptr<Bridge>> bridge(
				static_cast<std::shared_ptr<Bridge> *>(data));
			PersonProfile profile;
			profile.part = p->part;
			profile.error = p->error;
			profile.message = sanitizeText(p->message);
			profile.name = sanitizeName(p->name);
			profile.kind = QString::fromUtf8(p->kind);
			profile.tier = QString::fromUtf8(p->tier);
			profile.gifter = sanitizeName(p->gifter);
			profile.picture = p->picture;
			profile.createdMs = p->created_ms;
			profile.followedMs = p->followed_ms;
			profile.subscribed = p->subscribed;
			profile.gift = p->gift;
			post(*bridge, [profile](PersonSource &owner) { Q_EMIT owner.profileArrived(profile); });
		},
		new std::shared_ptr<Bridge>(bridge_));
	return true;
}

/* --- log --------------------------------------------------------------------------------------------------------- */

void PersonSource::freeQuestion(void *data)
{
	delete static_cast<Question *>(data);
}

void PersonSource::askFacts()
{
	if (hasLog()) {
		lx_archive_ask(
			context_.core.archive, &factsSlot_, readFacts,
			new Question{bridge_, context_.core.text, context_.text, userId_, {}, 0, 0, 0, 0, true, {}},
			freeQuestion);
	}
}

void PersonSource::readFacts(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	(void)trouble;
	const auto *question = static_cast<Question *>(data);
	struct lx_person_facts read;
	if (!reader || lx_person_read_facts(reader, question->userId.constData(), &read) != SQLITE_OK) {
		return;
	}
	PersonFacts facts;
	facts.messages = read.messages;
	facts.firstMs = read.first_ms;
	facts.deleted = read.deleted;
	facts.timeouts = read.timeouts;
	facts.bans = read.bans;
	for (size_t i = 1; i < read.name_count; i++) {
		const struct lx_person_name &name = read.names[i];
		const QString login = sanitizeName(name.login);
		if (!facts.names.contains(login)) {
			facts.names << login;
		}
	}
	facts.note = read.note ? QString::fromUtf8(read.note) : QString();
	lx_person_facts_free(&read);
	post(question->bridge, [facts](PersonSource &owner) { Q_EMIT owner.factsArrived(facts); });
}

void PersonSource::askHistory(const QString &words)
{
	words_ = words;
	beforeMessage_ = beforeDeed_ = 0;
	asked_++;
	ask(true);
}

void PersonSource::askMore()
{
	if (more_ && !waiting_) {
		ask(false);
	}
}

void PersonSource::ask(bool first)
{
	if (!hasLog()) {
		return;
	}
	waiting_ = lx_archive_ask(context_.core.archive, &historySlot_, readHistory,
				  new Question{bridge_,
					       context_.core.text,
					       context_.text,
					       userId_,
					       words_.toUtf8(),
					       context_.nowMs(),
					       beforeMessage_,
					       beforeDeed_,
					       asked_,
					       first,
					       {}},
				  freeQuestion);
}

namespace {

QString deedText(const struct lx_person_event &event, const Text &text)
{
	const QString by = sanitizeName(event.moderator);
	const QByteArray kind = event.kind;
	QString what;
	if (kind == "timeout") {
		const QString time = text.duration(event.duration_s);
		what = by.isEmpty() ? text("Fate.TimedOut", {time}) : text("Fate.TimedOutBy", {time, isolated(by)});
	} else if (kind == "ban" && event.duration_s < 0) {
		what = by.isEmpty() ? text("Fate.Removed") : text("Fate.RemovedBy", {isolated(by)});
	} else if (kind == "ban") {
		what = by.isEmpty() ? text("Fate.Banned") : text("Fate.BannedBy", {isolated(by)});
	} else if (kind == "unban") {
		what = by.isEmpty() ? text("Fate.Unbanned") : text("Fate.UnbannedBy", {isolated(by)});
	} else {
		what = by.isEmpty() ? text("Fate.Deleted") : text("Fate.DeletedBy", {isolated(by)});
	}
	const QString why = sanitizeText(event.reason);
	return why.isEmpty() ? what : text("Fate.WithReason", {what, isolated(why)});
}

} // namespace

void PersonSource::readHistory(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	(void)trouble;
	auto *question = static_cast<Question *>(data);
	std::vector<HistoryItem> &items = question->items;
	const auto takeMessage = [](const struct lx_log_row *row, void *list) {
		HistoryItem item;
		item.row = row->id;
		item.timeMs = row->event.time_ms;
		item.channel = QString::fromUtf8(row->event.channel);
		item.text = sanitizeText(*row->event.chat.text ? row->event.chat.text : row->event.chat.notice_text);
		item.deleted = row->deleted;
		static_cast<Question *>(list)->items.push_back(item);
		return true;
	};
	if (!reader || lx_person_read_messages(reader, question->texts, question->userId.constData(),
					       question->words.constData(), question->nowMs, question->beforeMessage,
					       pageSize, takeMessage, question) == SQLITE_INTERRUPT) {
		return; /* a newer question has taken the place of this one */
	}
	const bool more = items.size() == pageSize;
	const qint64 oldest = more ? items.back().row : 0;
	qint64 lastDeed = question->beforeDeed;
	if (question->words.isEmpty()) {
		struct Take {
			Question *question;
			qint64 oldest;
			qint64 *last;
		} take = {question, oldest, &lastDeed};
		lx_person_read_moderation(
			reader, question->userId.constData(), question->beforeDeed, mostDeeds,
			[](const struct lx_person_event *event, void *to) {
				const auto *take = static_cast<Take *>(to);
				if (event->row < take->oldest) {
					return false; /* comes with the next page */
				}
				HistoryItem item;
				item.row = event->row;
				item.timeMs = event->time_ms;
				item.channel = QString::fromUtf8(event->channel);
				item.text = deedText(*event, take->question->text);
				item.deed = true;
				take->question->items.push_back(item);
				*take->last = event->row;
				return true;
			},
			&take);
		std::stable_sort(items.begin(), items.end(),
				 [](const HistoryItem &a, const HistoryItem &b) { return a.row > b.row; });
	}
	post(question->bridge, [items = std::move(items), more, oldest, lastDeed, number = question->number,
				first = question->first](PersonSource &owner) {
		if (number != owner.asked_) {
			return;
		}
		owner.waiting_ = false;
		owner.more_ = more;
		owner.beforeMessage_ = oldest;
		owner.beforeDeed_ = lastDeed;
		Q_EMIT owner.historyArrived(items, first);
	});
}

void PersonSource::saveNote(const QString &note)
{
	if (!context_.core.log || userId_.isEmpty()) {
		Q_EMIT noteSaved(false);
		return;
	}
	lx_log_set_note(
		context_.core.log, userId_.constData(), note.toUtf8().constData(),
		[](enum lx_database_trouble trouble, bool done, int64_t, void *data) {
			const std::unique_ptr<std::shared_ptr<Bridge>> bridge(
				static_cast<std::shared_ptr<Bridge> *>(data));
			const bool saved = done && trouble == LX_DATABASE_OK;
			post(*bridge, [saved](PersonSource &owner) { Q_EMIT owner.noteSaved(saved); });
		},
		new std::shared_ptr<Bridge>(bridge_));
}

} // namespace lx::ui
