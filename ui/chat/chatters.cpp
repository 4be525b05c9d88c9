#include "ui/chat/chatters.hpp"

#include <mutex>

#include <QDateTime>

#include "chat/archive.h"
#include "chat/person.h"

namespace lx::ui {

namespace {

constexpr size_t mostAtOnce = 64;
constexpr size_t mostWaiting = 512;
constexpr qsizetype mostKnown = 50000;
constexpr qint64 dayMs = 86400000;
constexpr qint64 monthMs = 30 * dayMs;
constexpr qint64 yearMs = 365 * dayMs;

} // namespace

/* Outlives its owner: answers come when they like. */
struct Chatters::Bridge {
	std::mutex mutex;
	Chatters *owner;
};

struct Chatters::Question {
	std::shared_ptr<Bridge> bridge;
	QByteArray channel;
	std::vector<Asked> people;
	qint64 streamMs; /* begin of the stream that is live, 0: none */
	quint64 round;
};

Chatters::Chatters(Context &context, QObject *parent)
	: QObject(parent), context_(context), bridge_(std::make_shared<Bridge>())
{
	bridge_->owner = this;
}

Chatters::~Chatters()
{
	stop();
}

void Chatters::stop()
{
	on_ = false;
	{
		const std::lock_guard lock(bridge_->mutex);
		if (!bridge_->owner) {
			return; /* stopped already: the archive may be gone */
		}
		bridge_->owner = nullptr;
	}
	lx_archive_cancel(context_.core.archive, &slot_);
}

void Chatters::setOn(bool on)
{
	if (on != on_) {
		on_ = on;
		startAnew();
	}
}

void Chatters::startAnew()
{
	known_.clear();
	waiting_.clear();
	round_++;
}

void Chatters::take(const std::vector<RowEntry> &entries)
{
	if (!on_ || !context_.core.archive) {
		return;
	}
	constexpr quint32 others = LX_CHAT_FIRST | LX_CHAT_OWN | LX_CHAT_SHARED;
	for (const RowEntry &entry : entries) {
		if (std::holds_alternative<ChannelStart>(entry)) {
			startAnew();
			continue;
		}
		const ChatRow *row = std::get_if<ChatRow>(&entry);
		if (!row || row->kind != RowKind::Message || row->isPrivate || row->userId.isEmpty() ||
		    row->id.isEmpty() || known_.contains(row->userId)) {
			continue;
		}
		if (known_.size() >= mostKnown) {
			known_.clear();
		}
		known_.insert(row->userId);
		if (!(row->flags & others) && waiting_.size() < mostWaiting) {
			waiting_.push_back({row->userId, row->id, row->timeMs, -1});
		}
	}
	ask();
}

void Chatters::ask()
{
	if (asking_ || waiting_.empty()) {
		return;
	}
	const auto end = waiting_.begin() + qptrdiff(std::min(waiting_.size(), mostAtOnce));
	auto *question = new Question{bridge_, context_.session.channel().toUtf8(), {waiting_.begin(), end}, 0, round_};
	waiting_.erase(waiting_.begin(), end);
	asking_ = true;
	lx_archive_ask(context_.core.archive, &slot_, read, question, Chatters::end);
}

/* On the archive's thread. */
void Chatters::read(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	(void)trouble;
	auto *question = static_cast<Question *>(data);
	struct lx_log_stream stream;
	if (!reader) {
		return;
	}
	if (lx_log_reader_streams(reader, question->channel.constData(), &stream, 1) && !stream.end_ms) {
		question->streamMs = stream.begin_ms;
	}
	for (Asked &asked : question->people) {
		int64_t lastMs;
		if (lx_person_read_last(reader, question->channel.constData(), asked.userId.constData(), asked.timeMs,
					&lastMs) != SQLITE_OK) {
			return;
		}
		asked.lastMs = lastMs;
	}
}

/* Answered or not; on any thread. */
void Chatters::end(void *data)
{
	const std::shared_ptr<Question> question(static_cast<Question *>(data));
	const std::lock_guard lock(question->bridge->mutex);
	if (Chatters *owner = question->bridge->owner) {
		QMetaObject::invokeMethod(
			owner,
			[owner, question] {
				owner->asking_ = false;
				if (question->round == owner->round_ && owner->on_) {
					owner->answered(question->people, question->streamMs);
				}
				owner->ask();
			},
			Qt::QueuedConnection);
	}
}

QString Chatters::backAfter(qint64 awayMs, const Text &text)
{
	const qint64 years = awayMs / yearMs;
	const qint64 months = awayMs / monthMs;
	if (years) {
		return years == 1 ? text("Chat.BackAfterYear") : text("Chat.BackAfterYears", {QString::number(years)});
	}
	return !months       ? QString()
	       : months == 1 ? text("Chat.BackAfterMonth")
			     : text("Chat.BackAfterMonths", {QString::number(months)});
}

void Chatters::answered(const std::vector<Asked> &people, qint64 streamMs)
{
	const Text &text = context_.text;
	std::vector<RowEntry> notes;
	for (const Asked &person : people) {
		const qint64 today =
			QDateTime::fromMSecsSinceEpoch(person.timeMs).date().startOfDay().toMSecsSinceEpoch();
		const qint64 since = streamMs ? streamMs : today;
		if (person.lastMs < 0 || person.lastMs >= since) {
			continue;
		}
		const QString back = person.lastMs ? backAfter(person.timeMs - person.lastMs, text) : QString();
		RowChange note{};
		note.kind = RowChange::Kind::Chatter;
		note.messageId = person.messageId;
		note.tone = back.isEmpty() ? Tone::Plain : Tone::Blue;
		note.text = !back.isEmpty() ? back : text(streamMs ? "Chat.FirstInStream" : "Chat.FirstToday");
		notes.emplace_back(std::move(note));
	}
	if (!notes.empty()) {
		Q_EMIT told(std::move(notes));
	}
}

} // namespace lx::ui
