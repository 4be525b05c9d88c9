#include "ui/dock.hpp"

#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTime>
#include <QVBoxLayout>

#include "chat/archive.h"
#include "chat/log.h"
#include "chat/names.h"
#include "ui/account/login_dialog.hpp"
#include "ui/chat/action_bar.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/sanitize.hpp"
#include "ui/chat/origins.hpp"
#include "ui/chat/modes.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"
#include "ui/connection/page.hpp"
#include "ui/header.hpp"
#include "ui/log_banner.hpp"
#include "ui/log/page.hpp"
#include "ui/page.hpp"
#include "ui/replay/page.hpp"
#include "ui/settings/dialog.hpp"

namespace lx::ui {

namespace {

/* Asking for numbers keeps them fresh for two minutes, even when nothing about them changes. */
constexpr int numbersMs = 60000;

} // namespace

/* A page is one row here and its place in enum PageIndex. */
const Dock::PageRow Dock::table[PageCount] = {
	{Icon::Chat, "Dock.Chat",
	 [](Dock &dock) -> Page * {
		 return dock.makeChat();
	 }},
	{Icon::Search, "Dock.Log",
	 [](Dock &dock) -> Page * {
		 return dock.makeLog();
	 }},
	{Icon::Replay, "Dock.Replay",
	 [](Dock &dock) -> Page * {
		 return dock.makeReplay();
	 }},
	{Icon::Check, "",
	 [](Dock &dock) -> Page * {
		 return dock.makeConnection();
	 }},
};

Dock::Dock(const struct lx_ui_context &given)
	: context_(std::make_unique<Context>(given)), header_(new Header(*context_, titles(), this)),
	  logBanner_(new LogBanner(*context_, this)), pages_(new QStackedWidget(this)),
	  chat_(static_cast<ChatPage *>(page(ChatPageIndex))),
	  feed_(new Feed(
		  given.bus, context_->text, given.clock, context_->session, context_->rules,
		  [this](std::vector<RowEntry> &&entries) { take(std::move(entries)); }, this))
{
	setObjectName(QStringLiteral("livextremDock"));
	setWindowTitle(context_->text("Plugin.Dock"));
	setMinimumWidth(220);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	column->addWidget(header_);
	column->addWidget(logBanner_);
	column->addWidget(pages_, 1);
	header_->setMenu(buildMenu());
	header_->setPage(ChatPageIndex);
	addKeys();

	connect(header_, &Header::pageWanted, this, &Dock::showPage);
	connect(logBanner_, &LogBanner::settingsWanted, this, [this] { showSettings()->showLog(); });
	connect(feed_, &Feed::actionChanged, chat_, &ChatPage::showAction);
	connect(feed_, &Feed::commandEnded, chat_, &ChatPage::showCommand);
	connect(feed_, &Feed::statsAnnounced, this, &Dock::readNumbers);
	connect(feed_, &Feed::soundWanted, this, [this](const QString &sound) { context_->play(sound); });
	connect(feed_, &Feed::streamChanged, chat_, &ChatPage::streamChanged);
	connect(feed_, &Feed::channelNamed, this,
		[this](const QByteArray &roomId, const QString &name) { chat_->origins().set(roomId, name); });
	numbers_.setInterval(numbersMs);
	connect(&numbers_, &QTimer::timeout, this, &Dock::readNumbers);
	readLogTrouble();
	if (given.account.announce) {
		given.account.announce(given.account.data);
	}
}

Dock::~Dock()
{
	/* The widgets refer to the context: they go first. */
	qDeleteAll(findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
	delete feed_;
}

std::vector<PageTitle> Dock::titles() const
{
	std::vector<PageTitle> titles;
	for (const PageRow &row : table) {
		titles.push_back({row.sign, *row.word ? context_->text(row.word) : QString()});
	}
	return titles;
}

Page *Dock::page(int index)
{
	Page *&made = made_[size_t(index)];
	if (!made) {
		made = table[index].make(*this);
		pages_->addWidget(made);
	}
	return made;
}

ChatPage *Dock::makeChat()
{
	auto *chat = new ChatPage(*context_, this);
	connect(chat, &ChatPage::signInWanted, this, [this] { showLogin(LX_ACCOUNT_MAIN); });
	connect(chat, &ChatPage::permissionWanted, this, &Dock::widen);
	connect(chat, &ChatPage::contextWanted, this, [this](qint64 row) {
		showPage(LogPageIndex);
		static_cast<LogPage *>(page(LogPageIndex))->showContext(row);
	});
	return chat;
}

LogPage *Dock::makeLog()
{
	auto *log = new LogPage(*context_, &chat_->pictures(), this);
	connect(log, &LogPage::replyWanted, this, [this](const ChatRow &row) {
		showPage(ChatPageIndex);
		chat_->input().setReply(row.id, row.name, row.text);
	});
	connect(log, &LogPage::permissionWanted, this, &Dock::widen);
	connect(log, &LogPage::viewWanted, this, [this](const QString &query) {
		showPage(ChatPageIndex);
		chat_->panes().askForView({}, query);
	});
	connect(log, &LogPage::chatWanted, this, [this] { showPage(ChatPageIndex); });
	connect(feed_, &Feed::actionChanged, log, &LogPage::showAction);
	return log;
}

ReplayPage *Dock::makeReplay()
{
	auto *replay = new ReplayPage(*context_, &chat_->pictures(), this);
	connect(replay, &ReplayPage::permissionWanted, this, &Dock::widen);
	return replay;
}

ConnectionPage *Dock::makeConnection()
{
	auto *connection = new ConnectionPage(*context_, this);
	connect(connection, &ConnectionPage::signInWanted, this, &Dock::showLogin);
	connect(connection, &ConnectionPage::permissionWanted, this, &Dock::widen);
	return connection;
}

/* Ctrl or Alt with the number of a page, anywhere in the dock. */
void Dock::addKeys()
{
	for (int i = 0; i < PageCount; i++) {
		const Qt::Key digit = Qt::Key(Qt::Key_1 + i);
		for (const Qt::KeyboardModifier modifier : {Qt::ControlModifier, Qt::AltModifier}) {
			auto *key = new QShortcut(QKeySequence(QKeyCombination(modifier, digit)), this);
			key->setContext(Qt::WidgetWithChildrenShortcut);
			connect(key, &QShortcut::activated, this, [this, i] { showPage(i)->setFocus(); });
		}
	}
}

template<typename Work> void Dock::eachPage(Work work)
{
	for (Page *page : made_) {
		if (page) {
			work(*page);
		}
	}
}

void Dock::take(std::vector<RowEntry> &&entries)
{
	eachPage([&entries](Page &page) { page.chatWentOn(entries); });
	chat_->apply(std::move(entries));
}

QMenu *Dock::buildMenu()
{
	const Text &text = context_->text;
	auto *menu = new QMenu(this);
	QAction *account = menu->addAction(QString());
	menu->addAction(text("Menu.Connection"), this, [this] { showPage(ConnectionPageIndex); });
	menu->addAction(text("Menu.Reconnect"), this, [this] {
		if (!static_cast<ConnectionPage *>(page(ConnectionPageIndex))->reconnect()) {
			showPage(ConnectionPageIndex);
		}
	});
	menu->addSeparator();
	QAction *undo = menu->addAction(text("Menu.Undo"), this, [this] { chat_->undo("dock"); });
	QAction *byName = menu->addAction(text("Menu.ByName"), this, [this] { chat_->showByName(); });
	QAction *clear = menu->addAction(text("Menu.Clear"), this, [this] {
		const Text &words = context_->text;
		auto *box = new QMessageBox(QMessageBox::Question, words("Menu.Clear"), words("Menu.ClearAsk"),
					    QMessageBox::Cancel, this);
		box->setTextFormat(Qt::PlainText);
		box->setAttribute(Qt::WA_DeleteOnClose);
		connect(box->addButton(words("Menu.ClearDo"), QMessageBox::AcceptRole), &QPushButton::clicked, this,
			[this] { context_->intents.clearChat("dock"); });
		box->open();
	});
	menu->addSeparator();
	menu->addAction(text("Menu.Marker"), this, [this] { setMarker(true, "dock"); });
	menu->addAction(text("Menu.Keys"), this, [this] { chat_->showKeys(); });
	QMenu *modes = menu->addMenu(text("Mode.Menu"));
	connect(modes, &QMenu::aboutToShow, this, [this, modes] { chat_->modes().fill(*modes); });
	menu->addAction(text("Views.Find"), this, [this] {
		showPage(ChatPageIndex);
		chat_->panes().openFind();
	});
	QMenu *views = menu->addMenu(text("Views.Menu"));
	connect(views, &QMenu::aboutToShow, this, [this, views] {
		views->clear();
		chat_->panes().fillMenu(*views);
	});
	menu->addAction(text("Menu.Settings"), this, [this] { showSettings(); });
	connect(account, &QAction::triggered, this, [this] {
		if (context_->session.account(LX_ACCOUNT_MAIN).state == LX_ACCOUNT_SIGNED_OUT) {
			showLogin(LX_ACCOUNT_MAIN);
		} else {
			context_->core.account.logout(LX_ACCOUNT_MAIN, context_->core.account.data);
		}
	});
	connect(menu, &QMenu::aboutToShow, this, [this, account, undo, byName, clear] {
		const bool out = context_->session.account(LX_ACCOUNT_MAIN).state == LX_ACCOUNT_SIGNED_OUT;
		account->setText(context_->text(out ? "Menu.SignIn" : "Menu.SignOut"));
		const bool may = context_->session.whyNotModerate().isEmpty();
		for (QAction *action : {undo, byName, clear}) {
			action->setEnabled(may);
		}
	});
	return menu;
}

Page *Dock::showPage(int index)
{
	Page *shown = page(index);
	pages_->setCurrentWidget(shown);
	header_->setPage(index);
	return shown;
}

/* Nobody looks: nothing is asked for. */
void Dock::readNumbers()
{
	if (!stopped_ && isVisible()) {
		context_->session.setStats(context_->intents.stats());
		context_->intents.askPin();
	}
}

/* What went wrong before the dock was there. */
void Dock::readLogTrouble()
{
	const struct lx_ui_context &core = context_->core;
	if (!core.log || !core.archive || !context_->flag(LX_SETTING_CHAT_LOG)) {
		return;
	}
	struct lx_log_stats stats;
	lx_log_get_stats(core.log, &stats);
	if (stats.trouble == LX_DATABASE_OK) {
		return;
	}
	struct dstr sentence = {};
	lx_log_trouble_text(core.text, stats.trouble, lx_archive_path(core.archive), "", &sentence);
	context_->session.setLogTrouble({lx_database_trouble_word(stats.trouble),
					 withoutHome(sanitizeText(sentence.array ? sentence.array : ""))});
	dstr_free(&sentence);
}

/* Nothing of a person stays anywhere: the log has removed them already. */
void Dock::forget(const QByteArray &userId, const QString &name)
{
	if (context_->core.names) {
		lx_names_forget(context_->core.names, userId.constData(), name.toUtf8().constData());
	}
	eachPage([&](Page &page) { page.forget(userId, name); });
}

void Dock::widen(const QString &scopes)
{
	const struct lx_ui_account &account = context_->core.account;
	account.want_scopes(LX_ACCOUNT_MAIN, scopes.toUtf8().constData(), account.data);
	if (LoginDialog *login = openLogin(LX_ACCOUNT_MAIN)) {
		login->widen(scopes);
	}
}

LoginDialog *Dock::showLogin(enum lx_account_role role)
{
	LoginDialog *login = openLogin(role);
	if (login) {
		login->begin();
	}
	return login;
}

LoginDialog *Dock::openLogin(enum lx_account_role role)
{
	if (stopped_) {
		return nullptr;
	}
	if (login_ && login_->role() != role) {
		login_->stop();
		login_->deleteLater();
		login_ = nullptr;
	}
	if (!login_) {
		login_ = new LoginDialog(*context_, role, this);
		connect(login_, &LoginDialog::settingsWanted, this, [this] { showSettings(); });
	}
	login_->show();
	login_->raise();
	login_->activateWindow();
	return login_;
}

SettingsDialog *Dock::showSettings()
{
	if (stopped_) {
		return nullptr;
	}
	if (!settings_) {
		settings_ = new SettingsDialog(*context_, this);
		settings_->setAttribute(Qt::WA_DeleteOnClose);
		connect(settings_, &SettingsDialog::applied, this,
			[this] { eachPage([](Page &page) { page.applySettings(); }); });
		connect(settings_, &SettingsDialog::forgotten, this, &Dock::forget);
		connect(settings_, &SettingsDialog::signInWanted, this, &Dock::showLogin);
	}
	settings_->show();
	settings_->raise();
	settings_->activateWindow();
	return settings_;
}

void Dock::hotkey(enum lx_ui_hotkey hotkey)
{
	if (stopped_) {
		return;
	}
	if (hotkey == LX_UI_HOTKEY_MARKER || hotkey == LX_UI_HOTKEY_MARKER_NOTE) {
		setMarker(hotkey == LX_UI_HOTKEY_MARKER_NOTE, "hotkey");
	} else {
		chat_->hotkey(hotkey);
	}
}

void Dock::setMarker(bool withNote, const char *origin)
{
	const Text &text = context_->text;
	qint64 id = 0;
	const Intents::Answer answer = context_->intents.addMarker(QString(), 0, origin, id);
	if (!answer.ok) {
		chat_->actions().showNote(answer.error);
		return;
	}
	if (!withNote) {
		return;
	}
	/* The moment is kept already: nobody has to hurry with the words. */
	auto *box = new QInputDialog(this);
	box->setObjectName(QStringLiteral("markerNote"));
	box->setAttribute(Qt::WA_DeleteOnClose);
	box->setWindowTitle(text("Marker.NoteTitle"));
	box->setLabelText(text("Marker.NoteLabel", {QTime::currentTime().toString(QStringLiteral("HH:mm:ss"))}));
	connect(box, &QInputDialog::textValueSelected, this, [this, id](const QString &note) {
		if (!note.trimmed().isEmpty()) {
			context_->intents.editMarker(id, note, "dock");
		}
	});
	box->open();
}

void Dock::themeChanged()
{
	eachPage([](Page &page) { page.restyle(); });
	update();
}

void Dock::showEvent(QShowEvent *event)
{
	QWidget::showEvent(event);
	if (!stopped_) {
		feed_->setVisible(true);
		readNumbers();
		numbers_.start();
	}
}

void Dock::hideEvent(QHideEvent *event)
{
	QWidget::hideEvent(event);
	feed_->setVisible(false);
	numbers_.stop();
}

void Dock::stop()
{
	if (stopped_) {
		return;
	}
	stopped_ = true;
	numbers_.stop();
	feed_->stop();
	context_->rules.stop();
	header_->stop();
	logBanner_->stop();
	eachPage([](Page &page) { page.stop(); });
	if (login_) {
		login_->stop();
	}
	if (settings_) {
		settings_->stop();
	}
	context_->intents.stop();
	setEnabled(false);
}

} // namespace lx::ui
