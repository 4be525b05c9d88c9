#include "ui/replay/source.hpp"

#include "chat/log.h"
#include "ui/chat/sanitize.hpp"

namespace lx::ui {

namespace {

constexpr size_t mostItems = 2000;

struct Lines {
	const Text &text;
	std::vector<ReplayLine> lines;
};

bool addLine(const struct lx_log_row *row, void *data)
{
	auto *out = static_cast<Lines *>(data);
	RowEntry entry;
	if (!buildEntry(row->event, out->text, entry)) {
		return true;
	}
	ChatRow *line = std::get_if<ChatRow>(&entry);
	if (line && row->deleted) {
		line->fate = Fate::Deleted;
		line->fateText = out->text("Fate.Deleted");
	}
	if (line) {
		out->lines.push_back({row->id, row->event.time_ms, std::move(*line)});
	}
	return true;
}

} // namespace

struct ReplaySource::Question {
	ReplaySource *receiver;
	Slot slot;
	quint64 number;
	Work work;
};

ReplaySource::ReplaySource(const Context &context, QObject *parent)
	: QObject(parent), context_(context), archive_(context.core.archive)
{
}

ReplaySource::~ReplaySource() = default;

void ReplaySource::stop()
{
	for (char &slot : slots_) {
		if (archive_) {
			lx_archive_end(archive_, &slot);
		}
	}
	archive_ = nullptr;
}

void ReplaySource::run(struct lx_log_reader *reader, enum lx_database_trouble trouble, void *data)
{
	auto *question = static_cast<Question *>(data);
	const std::function<void()> answer = question->work(reader, trouble);
	if (reader && lx_log_reader_is_cancelled(reader)) {
		return;
	}
	/* The source outlives its questions: stop() waits for them. */
	ReplaySource *source = question->receiver;
	const Slot slot = question->slot;
	const quint64 number = question->number;
	QMetaObject::invokeMethod(
		source,
		[source, slot, number, answer] {
			if (source->archive_ && source->asked_[slot] == number) {
				answer();
			}
		},
		Qt::QueuedConnection);
}

void ReplaySource::ask(Slot slot, bool patient, Work work)
{
	auto *question = new Question{this, slot, ++asked_[slot], std::move(work)};
	const auto forget = [](void *data) {
		delete static_cast<Question *>(data);
	};
	if (patient) {
		lx_archive_ask_patiently(archive_, &slots_[slot], run, question, forget);
	} else {
		lx_archive_ask(archive_, &slots_[slot], run, question, forget);
	}
}

void ReplaySource::list(std::function<void(std::vector<struct lx_replay_item> &&, const QString &)> done)
{
	const qint64 now = context_.nowMs();
	const Text text = context_.text;
	const QByteArray path = archive_ ? QByteArray(lx_archive_path(archive_)) : QByteArray();
	ask(List, false, [now, text, path, done](struct lx_log_reader *reader, enum lx_database_trouble trouble) {
		auto items = std::make_shared<std::vector<struct lx_replay_item>>();
		QString why;
		if (reader) {
			items->resize(mostItems);
			items->resize(lx_replay_list(reader, now, items->data(), mostItems));
		} else if (trouble != LX_DATABASE_OK) {
			struct dstr sentence = {};
			lx_log_trouble_text(text.catalogue(), trouble, path.constData(), "", &sentence);
			why = QString::fromUtf8(sentence.array);
			dstr_free(&sentence);
		}
		return [items, why, done] {
			done(std::move(*items), why);
		};
	});
}

void ReplaySource::count(const struct lx_replay_item &item, std::function<void(const ReplayCount &)> done)
{
	ask(Count, true, [item, done](struct lx_log_reader *reader, enum lx_database_trouble) {
		int64_t messages = -1, gaps = 0;
		if (reader && lx_replay_count(reader, &item, &messages, &gaps) != SQLITE_OK) {
			messages = -1;
		}
		return [messages, gaps, done] {
			done({messages, gaps});
		};
	});
}

void ReplaySource::open(enum lx_replay_kind kind, qint64 id, std::function<void(ReplayRef)> done)
{
	const qint64 now = context_.nowMs();
	ask(Open, false, [kind, id, now, done](struct lx_log_reader *reader, enum lx_database_trouble) {
		ReplayRef replay(reader ? lx_replay_open(reader, kind, id, now) : nullptr, lx_replay_free);
		return [replay, done] {
			done(replay);
		};
	});
}

void ReplaySource::read(const ReplayRef &replay, const struct lx_replay_window &window,
			std::function<void(std::vector<ReplayLine> &&, bool)> done)
{
	const Text text = context_.text;
	ask(Read, false, [replay, window, text, done](struct lx_log_reader *reader, enum lx_database_trouble) {
		auto out = std::make_shared<Lines>(Lines{text, {}});
		if (reader) {
			lx_replay_read(reader, replay.get(), &window, addLine, out.get());
		}
		const bool end = out->lines.size() < size_t(window.limit);
		return [out, end, done] {
			done(std::move(out->lines), end);
		};
	});
}

void ReplaySource::cancelRead()
{
	asked_[Read]++;
	lx_archive_cancel(archive_, &slots_[Read]);
}

} // namespace lx::ui
