#include "ui/settings/reading_page.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QSpinBox>

#include "chat/emotes.h"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/widgets.hpp"

namespace lx::ui {

namespace {

constexpr int previewHeight = 132;

ChatRow example(const char *name, const QString &text, quint32 color, qint64 timeMs)
{
	ChatRow row;
	row.id = row.userId = name;
	row.login = row.name = QString::fromLatin1(name);
	row.text = text;
	row.color = color;
	row.timeMs = timeMs;
	return row;
}

} // namespace

ReadingPage::ReadingPage(Context &context)
	: SettingsPage(context, "Settings.Reading", Icon::Chat), model_(new ChatModel(text_, 16, this)),
	  preview_(new ChatView(*model_, text_)), font_(new QSpinBox),
	  seconds_(new QCheckBox(text_("Settings.ShowSeconds"))), marks_(new QCheckBox(text_("Settings.Marks"))),
	  notes_(new QCheckBox(text_("Settings.ChatterNotes"))), shared_(new QCheckBox(text_("Settings.HideShared"))),
	  shading_(new QCheckBox(text_("Settings.Shading"))), badges_(new QCheckBox(text_("Settings.ShowBadges")))
{
	preview_->setFixedHeight(previewHeight);
	preview_->setFocusPolicy(Qt::NoFocus);
	preview_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
	preview_->setAttribute(Qt::WA_TransparentForMouseEvents);
	preview_->setAccessibleName(text_("Settings.Preview"));
	form().addRow(preview_);
	font_->setRange(-4, 12);
	font_->setSuffix(text_("Settings.Points"));
	form().addRow(text_("Settings.FontDelta"), font_);
	density_ = addChoice("Settings.Density",
			     {"Settings.Density.Compact", "Settings.Density.Normal", "Settings.Density.Roomy"});
	form().addRow(shading_);
	time_ = addChoice("Settings.Time", {"Settings.Time.Off", "Settings.Time.Hours24", "Settings.Time.Hours12",
					    "Settings.Time.Relative"});
	form().addRow(seconds_);
	form().addRow(badges_);
	deleted_ = addChoice("Settings.Deleted",
			     {"Settings.Deleted.Struck", "Settings.Deleted.Hidden", "Settings.Deleted.Collapsed"});
	hold_ = addChoice("Settings.HoldOnHover", {"Settings.Hold.Never", "Settings.Hold.Hover", "Settings.Hold.Alt",
						   "Settings.Hold.Control", "Settings.Hold.Shift"});
	marks_->setToolTip(text_("Settings.MarksTip"));
	notes_->setToolTip(text_("Settings.ChatterNotesTip"));
	shared_->setToolTip(text_("Settings.HideSharedTip"));
	for (QCheckBox *check : {marks_, notes_, shared_}) {
		form().addRow(check);
	}
	emotes_[0] = new QCheckBox(text_("Settings.EmotesTwitch"));
	for (int i = 1; i < 4; i++) {
		emotes_[i] = new QCheckBox(text_("Settings.EmotesOf",
						 {QString::fromLatin1(lx_emote_provider_name(lx_emote_provider(i)))}));
	}
	for (QCheckBox *check : emotes_) {
		form().addRow(check);
	}
	animated_ = addChoice("Settings.Animated",
			      {"Settings.Animated.Never", "Settings.Animated.Always", "Settings.Animated.Hover"});
	form().addRow(mutedLabel(text_("Settings.EmotesHint")));
	for (QCheckBox *check : {seconds_, marks_, shading_, badges_, emotes_[0]}) {
		connect(check, &QCheckBox::toggled, this, &ReadingPage::showChoice);
	}
	connect(font_, &QSpinBox::valueChanged, this, &ReadingPage::showChoice);
	fillPreview();
}

QComboBox *ReadingPage::addChoice(const char *titleKey, std::initializer_list<const char *> keys)
{
	auto *box = new QComboBox;
	box->setAccessibleName(text_(titleKey));
	for (const char *key : keys) {
		box->addItem(text_(key));
	}
	form().addRow(text_(titleKey), box);
	connect(box, &QComboBox::currentIndexChanged, this, &ReadingPage::showChoice);
	return box;
}

void ReadingPage::fillPreview()
{
	const qint64 now = context_.nowMs();
	std::vector<RowEntry> entries;
	ChatRow first = example("anna", text_("Settings.Preview.First"), 0x9146FF, now - 240000);
	first.badges = badgesOf("moderator/1", "");
	ChatRow gone = example("bert", text_("Settings.Preview.Second"), 0xFF7F50, now - 120000);
	gone.fate = Fate::Deleted;
	ChatRow last = example("carla", text_("Settings.Preview.Third"), 0x2E8B57, now - 5000);
	for (ChatRow *row : {&first, &gone, &last}) {
		entries.push_back(std::move(*row));
	}
	model_->apply(std::move(entries));
}

ChatView::Look ReadingPage::chosen() const
{
	ChatView::Look look;
	look.time = RowStyle::Time(time_->currentIndex());
	look.showSeconds = seconds_->isChecked();
	look.showBadges = badges_->isChecked();
	look.deleted = RowStyle::Deleted(deleted_->currentIndex());
	look.twitchPictures = emotes_[0]->isChecked();
	look.animated = animated_->currentIndex() > 0;
	look.animatedOnHover = animated_->currentIndex() == 2;
	look.fontDelta = font_->value();
	look.density = RowStyle::Density(density_->currentIndex());
	look.shading = shading_->isChecked();
	look.hold = ChatView::Look::Hold(hold_->currentIndex());
	look.marks = marks_->isChecked();
	return look;
}

void ReadingPage::showChoice()
{
	if (!loaded_) {
		return;
	}
	const bool clock = chosen().time == RowStyle::Time::Hours24 || chosen().time == RowStyle::Time::Hours12;
	seconds_->setEnabled(clock);
	preview_->setLook(chosen());
}

void ReadingPage::load()
{
	const ChatView::Look look = ChatPage::lookOf(context_);
	font_->setValue(look.fontDelta);
	density_->setCurrentIndex(int(look.density));
	shading_->setChecked(look.shading);
	time_->setCurrentIndex(int(look.time));
	seconds_->setChecked(look.showSeconds);
	badges_->setChecked(look.showBadges);
	deleted_->setCurrentIndex(int(look.deleted));
	hold_->setCurrentIndex(int(look.hold));
	marks_->setChecked(look.marks);
	notes_->setChecked(context_.flag(LX_SETTING_CHATTER_NOTES));
	shared_->setChecked(context_.rules.set().hideShared);
	for (int i = 0; i < 4; i++) {
		emotes_[i]->setChecked(context_.flag(lx_setting(LX_SETTING_EMOTES_TWITCH + i)));
	}
	animated_->setCurrentIndex(!look.animated ? 0 : look.animatedOnHover ? 2 : 1);
	loaded_ = true;
	showChoice();
}

void ReadingPage::apply()
{
	struct lx_settings *settings = context_.core.settings;
	const ChatView::Look look = chosen();
	lx_settings_set_int(settings, LX_SETTING_FONT_DELTA, look.fontDelta);
	lx_settings_set_int(settings, LX_SETTING_DENSITY, int(look.density));
	lx_settings_set_bool(settings, LX_SETTING_ROW_SHADING, look.shading);
	lx_settings_set_int(settings, LX_SETTING_TIME_STYLE, int(look.time));
	lx_settings_set_bool(settings, LX_SETTING_SHOW_SECONDS, look.showSeconds);
	lx_settings_set_bool(settings, LX_SETTING_SHOW_BADGES, look.showBadges);
	lx_settings_set_int(settings, LX_SETTING_DELETED_STYLE, int(look.deleted));
	lx_settings_set_int(settings, LX_SETTING_HOLD_ON_HOVER, int(look.hold));
	lx_settings_set_bool(settings, LX_SETTING_CHAT_MARKS, look.marks);
	lx_settings_set_bool(settings, LX_SETTING_CHATTER_NOTES, notes_->isChecked());
	context_.rules.hideShared(shared_->isChecked());
	for (int i = 0; i < 4; i++) {
		lx_settings_set_bool(settings, lx_setting(LX_SETTING_EMOTES_TWITCH + i), emotes_[i]->isChecked());
	}
	lx_settings_set_bool(settings, LX_SETTING_EMOTES_ANIMATED, look.animated);
	lx_settings_set_bool(settings, LX_SETTING_EMOTES_ON_HOVER, look.animatedOnHover);
}

} // namespace lx::ui
