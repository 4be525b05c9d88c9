#include "ui/log/source.hpp"

#include "ui/chat/sanitize.hpp"

namespace lx::ui {

LogSource::LogSource(const Context &context, Sink sink, QObject *parent)
	: QObject(parent), text_(context.text), sink_(std::move(sink))
{
	if (context.core.archive) {
		struct lx_search_config config = {};
		config.archive = context.core.archive;
		config.text = context.core.text;
		config.clock = context.core.clock;
		config.answer = onAnswer;
		config.data = this;
		search_ = lx_search_create(&config);
	}
}

LogSource::~LogSource()
{
	stop();
}

void LogSource::stop()
{
	lx_search_destroy(search_);
	search_ = nullptr;
}

LogLine LogSource::lineOf(const struct lx_search_hit &hit) const
{
	LogLine line;
	RowEntry entry;
	if (buildEntry(*hit.event, text_, entry)) {
		line.row = std::move(std::get<ChatRow>(entry));
	}
	line.id = hit.row;
	line.channel = sanitizeName(hit.event->channel);
	if (hit.deleted) {
		line.row.fate = Fate::Deleted;
		line.row.fateText = text_("Fate.Deleted");
	}
	return line;
}

/* On the archive's thread. */
void LogSource::onAnswer(const struct lx_search_answer *answer, void *data)
{
	auto *self = static_cast<LogSource *>(data);
	auto copy = std::make_shared<LogAnswer>();
	copy->id = answer->id;
	copy->kind = answer->kind;
	copy->state = answer->state;
	copy->goingOn = answer->going_on;
	copy->continued = answer->continued;
	copy->total = answer->total;
	copy->lines.reserve(answer->hit_count);
	for (size_t i = 0; i < answer->hit_count; i++) {
		copy->lines.push_back(self->lineOf(answer->hits[i]));
	}
	for (size_t i = 0; i < answer->name_count; i++) {
		copy->names << sanitizeName(answer->names[i]);
	}
	if (answer->error) {
		copy->sentence = withoutHome(sanitizeText(answer->error->sentence));
		copy->wrongAt = answer->error->position;
		copy->wrongSize = answer->error->size;
	}
	QMetaObject::invokeMethod(
		self,
		[self, copy] {
			if (self->search_) {
				self->sink_(std::move(*copy));
			}
		},
		Qt::QueuedConnection);
}

} // namespace lx::ui
