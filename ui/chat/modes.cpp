#include "ui/chat/modes.hpp"

#include <QActionGroup>
#include <QDateTime>
#include <QEvent>
#include <QLocale>
#include <QMenu>
#include <QPushButton>

#include "ui/theme.hpp"

namespace lx::ui {

namespace {

constexpr int margin = 6, gap = 4;

struct ModeRow {
	const char *name, *chip, *tip; /* keys */
	Tone tone;
	const char *scope;
	std::vector<int> values; /* that the menu offers */
};

const ModeRow &rowOf(enum lx_chat_mode mode)
{
	static const char settings[] = "moderator:manage:chat_settings";
	static const ModeRow rows[LX_CHAT_MODE_COUNT] = {
		{"Mode.Slow", "Mode.Chip.Slow", "Mode.Tip.Slow", Tone::Blue, settings, {3, 5, 10, 20, 30, 60, 120}},
		{"Mode.Followers",
		 "Mode.Chip.Followers",
		 "Mode.Tip.Followers",
		 Tone::Purple,
		 settings,
		 {0, 10, 30, 60, 1440, 10080, 43200, 129600}},
		{"Mode.Subscribers", "Mode.Chip.Subscribers", "Mode.Tip.Subscribers", Tone::Purple, settings, {}},
		{"Mode.Emotes", "Mode.Chip.Emotes", "Mode.Tip.Emotes", Tone::Green, settings, {}},
		{"Mode.Unique", "Mode.Chip.Unique", "Mode.Tip.Unique", Tone::Green, settings, {}},
		{"Mode.Shield", "Mode.Chip.Shield", "Mode.Tip.Shield", Tone::Warning, "moderator:manage:shield_mode", {}},
	};
	return rows[mode];
}

struct ModeNow {
	bool on;
	qint64 value, sinceMs;
};

ModeNow nowOf(enum lx_chat_mode mode, const struct lx_chat_modes &m)
{
	switch (mode) {
	case LX_CHAT_MODE_SLOW:
		return {m.slow > 0, m.slow_s, m.slow_since_ms};
	case LX_CHAT_MODE_FOLLOWERS:
		return {m.followers > 0, m.followers_min, m.followers_since_ms};
	case LX_CHAT_MODE_SUBSCRIBERS:
		return {m.subscribers > 0, 0, m.subscribers_since_ms};
	case LX_CHAT_MODE_EMOTES:
		return {m.emotes > 0, 0, m.emotes_since_ms};
	case LX_CHAT_MODE_UNIQUE:
		return {m.unique > 0, 0, m.unique_since_ms};
	case LX_CHAT_MODE_SHIELD:
	case LX_CHAT_MODE_COUNT:
		break;
	}
	return {m.shield > 0, 0, m.shield_since_ms};
}

QString span(const Text &text, enum lx_chat_mode mode, qint64 value)
{
	return text.duration(mode == LX_CHAT_MODE_FOLLOWERS ? value * 60 : value);
}

/* "Slow: 30 s", "Followers" */
QString wordsFor(const Text &text, const char *key, enum lx_chat_mode mode, qint64 value)
{
	if (mode == LX_CHAT_MODE_FOLLOWERS && value == 0) {
		return text((QByteArray(key) + "All").constData());
	}
	return rowOf(mode).values.empty() ? text(key) : text(key, {span(text, mode, value)});
}

} // namespace

ModeStrip::ModeStrip(Context &context, QWidget *parent) : QWidget(parent), context_(context)
{
	QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
	policy.setHeightForWidth(true);
	setSizePolicy(policy);
	setAccessibleName(context.text("Mode.Menu"));
	connect(&context.session, &Session::modesChanged, this, &ModeStrip::update);
	connect(&context.session, &Session::permissionChanged, this, &ModeStrip::update);
	update();
}

QString ModeStrip::whyNot() const
{
	const Session &session = context_.session;
	if (!session.account(LX_ACCOUNT_MAIN).signedIn()) {
		return context_.text("Chat.WhyNot.ModerateSignedOut");
	}
	return session.permission().role == LX_CHANNEL_ROLE_NONE ? context_.text("Chat.WhyNot.ModerateRole")
								 : QString();
}

QString ModeStrip::tip(enum lx_chat_mode mode, const struct lx_chat_modes &modes) const
{
	const Text &text = context_.text;
	const ModeNow now = nowOf(mode, modes);
	QStringList lines{wordsFor(text, rowOf(mode).tip, mode, now.value)};
	if (now.sinceMs) {
		const QDateTime since = QDateTime::fromMSecsSinceEpoch(now.sinceMs);
		const bool today = since.date() == QDateTime::fromMSecsSinceEpoch(context_.nowMs()).date();
		lines << text("Mode.Since", {today ? QLocale().toString(since.time(), QLocale::ShortFormat)
						   : QLocale().toString(since, QLocale::ShortFormat)});
	} else {
		lines << text("Mode.SinceBefore");
	}
	if (whyNot().isEmpty()) {
		lines << text("Mode.Click");
	}
	return lines.join(u'\n');
}

void ModeStrip::update()
{
	const struct lx_chat_modes &modes = context_.session.modes();
	bool any = false;
	for (int i = 0; i < LX_CHAT_MODE_COUNT; i++) {
		any = any || nowOf(lx_chat_mode(i), modes).on;
	}
	if (any && chips_.empty()) {
		for (int i = 0; i < LX_CHAT_MODE_COUNT; i++) {
			auto *chip = new QPushButton(this);
			chip->setObjectName(QStringLiteral("livextremMode_") +
					    QLatin1StringView(lx_chat_mode_word(lx_chat_mode(i))));
			chip->setAutoDefault(false);
			chip->hide();
			connect(chip, &QPushButton::clicked, this, [this, i, chip] { popup(lx_chat_mode(i), chip); });
			chips_.push_back(chip);
		}
	}
	for (size_t i = 0; i < chips_.size(); i++) {
		const auto mode = lx_chat_mode(i);
		const ModeNow now = nowOf(mode, modes);
		QPushButton *chip = chips_[i];
		chip->setVisible(now.on);
		if (!now.on) {
			continue;
		}
		const Theme theme = Theme::from(palette());
		const QColor ground = theme.tint(rowOf(mode).tone);
		chip->setText(wordsFor(context_.text, rowOf(mode).chip, mode, now.value));
		chip->setToolTip(tip(mode, modes));
		chip->setAccessibleName(wordsFor(context_.text, rowOf(mode).tip, mode, now.value));
		chip->setStyleSheet(QStringLiteral("QPushButton{background:%1;color:%2;border:1px solid %3;"
						   "border-radius:8px;padding:1px 7px;margin:0;min-height:0;"
						   "min-width:0;font-size:%4pt}QPushButton:focus{border-color:%2}")
					    .arg(ground.name(), theme.text.name(), theme.tone(rowOf(mode).tone).name())
					    .arg(font().pointSizeF() * 0.92, 0, 'f', 1));
	}
	setVisible(any);
	updateGeometry();
	arrange(width(), true);
}

/* Places the chips in rows and returns the height that they take. */
int ModeStrip::arrange(int width, bool move) const
{
	int x = margin, y = gap, high = 0;
	for (QPushButton *chip : chips_) {
		if (chip->isHidden()) {
			continue;
		}
		const QSize size = chip->sizeHint().boundedTo(QSize(width - 2 * margin, 100));
		if (x > margin && x + size.width() > width - margin) {
			x = margin;
			y += high + gap;
			high = 0;
		}
		if (move) {
			chip->setGeometry(QRect(QPoint(x, y), size));
		}
		x += size.width() + gap;
		high = std::max(high, size.height());
	}
	return y + high + gap;
}

int ModeStrip::heightForWidth(int width) const
{
	return arrange(width, false);
}

QSize ModeStrip::sizeHint() const
{
	return {200, heightForWidth(std::max(width(), 100))};
}

QSize ModeStrip::minimumSizeHint() const
{
	return {0, sizeHint().height()};
}

void ModeStrip::resizeEvent(QResizeEvent *event)
{
	QWidget::resizeEvent(event);
	arrange(width(), true);
	updateGeometry();
}

void ModeStrip::changeEvent(QEvent *event)
{
	QWidget::changeEvent(event);
	if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
		update();
	}
}

/* --- switching ---------------------------------------------------------------------------------------------------- */

void ModeStrip::choose(enum lx_chat_mode mode, bool on, qint64 value)
{
	if (!context_.session.account(LX_ACCOUNT_MAIN).may(rowOf(mode).scope)) {
		Q_EMIT permissionWanted(QString::fromLatin1(rowOf(mode).scope));
		return;
	}
	const Intents::Answer answer = context_.intents.setChatMode(lx_chat_mode_word(mode), on, value);
	if (!answer.ok) {
		Q_EMIT refused(answer.error.isEmpty() ? context_.text("Chat.NotReady") : answer.error);
	}
}

void ModeStrip::fillOne(QMenu &menu, enum lx_chat_mode mode)
{
	const ModeRow &row = rowOf(mode);
	const ModeNow now = nowOf(mode, context_.session.modes());
	const Text &text = context_.text;
	const bool may = whyNot().isEmpty();
	auto *group = new QActionGroup(&menu);
	const auto add = [&](const QString &label, bool on, qint64 value) {
		QAction *entry = menu.addAction(label, this, [this, mode, on, value] { choose(mode, on, value); });
		entry->setCheckable(true);
		entry->setChecked(on == now.on && (!on || value == now.value));
		entry->setEnabled(may);
		group->addAction(entry);
	};
	add(text("Mode.Off"), false, 0);
	if (row.values.empty()) {
		add(text(row.name), true, 0);
	}
	for (const int value : row.values) {
		add(mode == LX_CHAT_MODE_FOLLOWERS && value == 0 ? text("Mode.All") : span(text, mode, value), true,
		    value);
	}
}

void ModeStrip::fill(QMenu &menu)
{
	menu.clear();
	const QString why = whyNot();
	if (!why.isEmpty()) {
		menu.addAction(why)->setEnabled(false);
		menu.addSeparator();
	}
	for (int i = 0; i < LX_CHAT_MODE_COUNT; i++) {
		const auto mode = lx_chat_mode(i);
		const ModeNow now = nowOf(mode, context_.session.modes());
		if (!rowOf(mode).values.empty()) {
			fillOne(*menu.addMenu(context_.text(rowOf(mode).name)), mode);
			continue;
		}
		QAction *entry = menu.addAction(context_.text(rowOf(mode).name), this,
						[this, mode, on = !now.on] { choose(mode, on, 0); });
		entry->setCheckable(true);
		entry->setChecked(now.on);
		entry->setEnabled(why.isEmpty());
	}
}

void ModeStrip::popup(enum lx_chat_mode mode, QPushButton *chip)
{
	if (!whyNot().isEmpty()) {
		return;
	}
	auto *menu = new QMenu(this);
	menu->setAttribute(Qt::WA_DeleteOnClose);
	fillOne(*menu, mode);
	menu->popup(chip->mapToGlobal(QPoint(0, chip->height())));
}

} // namespace lx::ui
