#include "ui/chat/page.hpp"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QResizeEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/chat/action_bar.hpp"
#include "ui/chat/by_name_dialog.hpp"
#include "ui/chat/chatters.hpp"
#include "ui/chat/completer.hpp"
#include "ui/chat/emote_picker.hpp"
#include "ui/chat/input.hpp"
#include "ui/chat/link_dialog.hpp"
#include "ui/chat/links.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/origins.hpp"
#include "ui/chat/modes.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/pin_banner.hpp"
#include "ui/chat/thread_panel.hpp"
#include "ui/chat/user_card.hpp"
#include "ui/chat/view.hpp"
#include "ui/chat/welcome.hpp"
#include "ui/permission_bar.hpp"

namespace lx::ui {

namespace {

constexpr int twoColumns = 640; /* pixels from which a thread stands beside the chat */

/* Twitch takes no commands over chat any more: what looks like one would be shown to everybody, or refused. */
bool isCommand(const QString &text)
{
	return text.trimmed().startsWith(u'/');
}

} // namespace

ChatPage::ChatPage(Context &context, QWidget *parent)
	: Page(parent), context_(context), pictures_(new Pictures(context.core.emotes, context.core.pictures, this)),
	  origins_(new Origins(this)), panes_(new ChatPanes(context, pictures_, this)),
	  splitter_(new QSplitter(Qt::Vertical, this)), stack_(new QStackedWidget(splitter_)),
	  pin_(new PinBanner(context, this)), thread_(new ThreadPanel(context, splitter_)),
	  actions_(new ActionBar(context.text, stack_, stack_)), input_(new ChatInput(context.text, this)),
	  welcome_(new WelcomePage(context.text, this)), modes_(new ModeStrip(context, this)),
	  chatters_(new Chatters(context, this))
{
	thread_->view().setPictures(pictures_);
	splitter_->setChildrenCollapsible(false);
	splitter_->setStretchFactor(0, 1);
	splitter_->setHandleWidth(3);
	auto *column = new QVBoxLayout(this);
	column->setContentsMargins(0, 0, 0, 0);
	column->setSpacing(0);
	setFocusProxy(panes_);
	stack_->addWidget(panes_);
	stack_->addWidget(welcome_);
	column->addWidget(modes_);
	column->addWidget(pin_);
	column->addWidget(splitter_, 1);
	auto *permissions = new PermissionBar(context, this);
	column->addWidget(permissions);
	column->addWidget(input_);

	wire(view(), model());
	connect(panes_, &ChatPanes::viewMade, this, [this](ChatView *made, ChatModel *lines) { wire(*made, *lines); });
	connect(&context_.rules, &Rules::told, this, [this](const QString &sentence) {
		/* Names the rule, and so the words it stands for. */
		actions_->showNote(context_.streamerMode.isOn() ? context_.text("Streamer.Hidden") : sentence);
	});
	wire(thread_->view(), thread_->model());
	connect(actions_, &ActionBar::permissionRequested, this, [this](const QString &scopes) {
		Q_EMIT permissionWanted(scopes.isEmpty() ? QString::fromUtf8(lx_scopes_basic(LX_ACCOUNT_MAIN))
							 : scopes);
	});
	connect(permissions, &PermissionBar::permissionWanted, this, &ChatPage::permissionWanted);
	connect(modes_, &ModeStrip::permissionWanted, this, &ChatPage::permissionWanted);
	connect(modes_, &ModeStrip::refused, this, [this](const QString &why) { actions_->showNote(why, Tone::Bad); });
	connect(actions_, &ActionBar::undoRequested, this, [this] { undo("dock"); });
	connect(input_, &ChatInput::sendRequested, this, [this](const QString &line, const QByteArray &replyTo) {
		if (send(line, replyTo)) {
			input_->accepted();
		}
	});
	connect(input_, &ChatInput::emotesWanted, this, [this] { showEmotes(*input_); });
	completer_ = addCompleter(*input_);
	threadCompleter_ = addCompleter(thread_->input());
	connect(&context_.session, &Session::channelChanged, this, [this] {
		for (ChatInput *input : {input_, &thread_->input()}) {
			input->setChannel(context_.session.channel());
		}
	});
	connect(thread_, &ThreadPanel::sendRequested, this, [this](const QString &line, const QByteArray &replyTo) {
		if (!send(line, replyTo)) {
			return;
		}
		thread_->accepted();
		if (!isCommand(line)) { /* a timeout is no part in the conversation */
			follow(thread_->root(), true);
		}
	});
	connect(&thread_->input(), &ChatInput::emotesWanted, this, [this] { showEmotes(thread_->input()); });
	connect(chatters_, &Chatters::told, this, [this](std::vector<RowEntry> notes) {
		thread_->apply(notes);
		panes_->apply(std::move(notes));
	});
	connect(thread_, &ThreadPanel::followToggled, this, &ChatPage::follow);
	connect(thread_, &ThreadPanel::closed, this, [this] { view().setFocus(); });
	/* Asked for while a line is drawn: answered after that. */
	connect(
		origins_, &Origins::unknown, this, [this](const QByteArray &roomId) { askOrigin(roomId); },
		Qt::QueuedConnection);
	connect(pin_, &PinBanner::unpinWanted, this,
		[this](const QByteArray &messageId) { report(context_.intents.order("unpin", {{}, {}, messageId})); });
	connect(welcome_, &WelcomePage::signInWanted, this, &ChatPage::signInWanted);
	connect(welcome_, &WelcomePage::readWanted, this, [this](const QString &channel) {
		lx_settings_set_string(context_.core.settings, LX_SETTING_CHANNEL, channel.toUtf8().constData());
		context_.settingsChanged();
		report(context_.intents.connectTo(channel));
	});
	connect(&context_.session, &Session::linkChanged, this, [this] {
		updateRules();
		updateWelcome();
	});
	connect(&context_.session, &Session::accountChanged, this, [this] {
		updateRules();
		updateWelcome();
	});
	connect(&context_.session, &Session::permissionChanged, this, &ChatPage::updateRules);
	connect(&context_.streamerMode, &StreamerMode::changed, this, &ChatPage::applySettings);
	applySettings();
	updateWelcome();
}

/* Everything that lines can do, in the chat and in a thread alike. */
void ChatPage::wire(ChatView &view, ChatModel &model)
{
	view.setOrigins(origins_);
	connect(&view, &ChatView::actionRequested, this,
		[this, &model](RowAction action, quint64 seq) { act(action, model.row(seq), origin_); });
	connect(&view, &ChatView::actionRefused, this, [this](const QString &why) {
		const Session &session = context_.session;
		session.permissionHelps() && why == session.whyNotModerate() ? actions_->showPermission(why, {})
									     : actions_->showNote(why);
	});
	connect(&view, &ChatView::undoRequested, this, [this] { undo("dock"); });
	connect(&view, &ChatView::userClicked, this,
		[this, &model](quint64 seq, const QPoint &global) { showCard(model, seq, global); });
	connect(&view, &ChatView::menuRequested, this,
		[this, &model](quint64 seq, const QPoint &global) { showMenu(model, seq, global); });
	connect(&view, &ChatView::copyRequested, this, [this, &model](quint64 seq) { copyLine(model, seq); });
	connect(&view, &ChatView::linkClicked, this,
		[this](const QString &url) { (new LinkDialog(context_, url, this))->open(); });
	connect(&view, &ChatView::threadWanted, this, [this, &model](quint64 seq) {
		if (model.contains(seq)) {
			showThread(model.row(seq));
		}
	});
}

/* A channel that shares its chat with this one, and of which no event has told. */
void ChatPage::askOrigin(const QByteArray &roomId)
{
	auto *source = new PersonSource(context_, roomId, this);
	connect(source, &PersonSource::profileArrived, this, [this, source, roomId](const PersonProfile &profile) {
		if (profile.error == LX_HELIX_OK) {
			origins_->set(roomId, profile.name, profile.picture);
		}
		source->deleteLater();
	});
	if (!source->askProfile(LX_PROFILE_USER)) {
		source->deleteLater();
	}
}

/* --- threads ----------------------------------------------------------------------------------------------------- */

void ChatPage::showThread(const ChatRow &row)
{
	const QByteArray root = row.threadRoot();
	if (root.isEmpty()) {
		actions_->showNote(context_.text("Thread.None"));
		return;
	}
	std::vector<RowEntry> rows;
	const ChatModel &lines = panes_->everything();
	for (quint64 seq = lines.firstSeq(); seq < lines.endSeq(); seq++) {
		const ChatRow &line = lines.row(seq);
		if (line.threadId == root || line.id == root) {
			rows.emplace_back(line);
		}
	}
	if (rows.size() < 2 && row.threadId.isEmpty()) {
		actions_->showNote(context_.text("Thread.None"));
		return;
	}
	thread_->open(root, std::move(rows), followed_.contains(root));
	thread_->view().setFocus();
}

void ChatPage::follow(const QByteArray &root, bool followed)
{
	followed ? (void)followed_.insert(root) : (void)followed_.remove(root);
	if (thread_->root() == root) {
		thread_->setFollowed(followed);
	}
}

/* Lines of threads that the user follows. */
void ChatPage::mark(std::vector<RowEntry> &entries) const
{
	if (followed_.isEmpty()) {
		return;
	}
	for (RowEntry &entry : entries) {
		if (ChatRow *row = std::get_if<ChatRow>(&entry)) {
			row->followed = !row->threadId.isEmpty() && followed_.contains(row->threadId);
		}
	}
}

/* Beside the chat where there is room for two columns, else below it. */
void ChatPage::resizeEvent(QResizeEvent *event)
{
	Page::resizeEvent(event);
	const Qt::Orientation wanted = width() >= twoColumns ? Qt::Horizontal : Qt::Vertical;
	if (splitter_->orientation() != wanted) {
		splitter_->setOrientation(wanted);
	}
}

/* --- lines ------------------------------------------------------------------------------------------------------- */

void ChatPage::apply(std::vector<RowEntry> &&entries)
{
	mark(entries);
	chatters_->take(entries);
	thread_->apply(entries);
	if (!anyLine_) {
		anyLine_ = true;
		updateWelcome();
	}
	panes_->apply(std::move(entries));
}

void ChatPage::streamChanged()
{
	chatters_->startAnew();
}

ChatView::Look ChatPage::lookOf(const Context &context)
{
	ChatView::Look look;
	look.time = RowStyle::Time(context.number(LX_SETTING_TIME_STYLE));
	look.showSeconds = context.flag(LX_SETTING_SHOW_SECONDS);
	look.showBadges = context.flag(LX_SETTING_SHOW_BADGES);
	look.deleted = RowStyle::Deleted(context.number(LX_SETTING_DELETED_STYLE));
	look.density = RowStyle::Density(context.number(LX_SETTING_DENSITY));
	look.shading = context.flag(LX_SETTING_ROW_SHADING);
	look.twitchPictures = context.flag(LX_SETTING_EMOTES_TWITCH);
	look.animated = context.flag(LX_SETTING_EMOTES_ANIMATED);
	look.animatedOnHover = context.flag(LX_SETTING_EMOTES_ON_HOVER);
	look.hold = ChatView::Look::Hold(context.number(LX_SETTING_HOLD_ON_HOVER));
	look.marks = context.flag(LX_SETTING_CHAT_MARKS);
	look.fontDelta = context.number(LX_SETTING_FONT_DELTA);
	look.discreet = context.streamerMode.isOn();
	return look;
}

void ChatPage::applySettings()
{
	panes_->setLook(lookOf(context_));
	thread_->view().setLook(lookOf(context_));
	welcome_->setChannel(context_.setting(LX_SETTING_CHANNEL));
	chatters_->setOn(context_.flag(LX_SETTING_CHATTER_NOTES) && context_.flag(LX_SETTING_CHAT_LOG));
	updateRules();
}

void ChatPage::updateRules()
{
	const Session &session = context_.session;
	ActionRules rules;
	rules.timeoutsS = {context_.number(LX_SETTING_TIMEOUT_1), context_.number(LX_SETTING_TIMEOUT_2),
			   context_.number(LX_SETTING_TIMEOUT_3)};
	rules.whyNotModerate = session.whyNotModerate();
	rules.whyNotReply = session.whyNotSend();
	rules.canModerate = rules.whyNotModerate.isEmpty();
	rules.canReply = rules.whyNotReply.isEmpty();
	rules.ownUserId = session.account(LX_ACCOUNT_MAIN).userId.toUtf8();
	panes_->setRules(rules);
	thread_->view().setRules(rules);
	for (ChatInput *input : {input_, &thread_->input()}) {
		input->setWhyNot(rules.whyNotReply);
	}
	pin_->setMayUnpin(rules.canModerate);
}

void ChatPage::updateWelcome()
{
	const bool welcome = !anyLine_ && !context_.session.inUse();
	stack_->setCurrentWidget(welcome ? static_cast<QWidget *>(welcome_) : panes_);
	input_->setVisible(!welcome);
}

/* In streamer mode neither whom it was about is told, nor why it went wrong. */
QString ChatPage::discreet(const QString &sentence, bool failed) const
{
	const bool hide = context_.streamerMode.isOn();
	return !hide ? sentence : context_.text(failed ? "Streamer.ActionFailed" : "Streamer.Action");
}

void ChatPage::showAction(const ActionInfo &action)
{
	ActionInfo shown = action;
	const ChatModel &lines = panes_->everything();
	for (quint64 seq = lines.endSeq(); !shown.unnamedId.isEmpty() && seq-- > lines.firstSeq();) {
		const ChatRow &row = lines.row(seq);
		if (row.userId == shown.unnamedId) {
			shown.sentence.replace(QString::fromUtf8(shown.unnamedId), row.name);
			shown.unnamedId.clear();
		}
	}
	shown.sentence = discreet(shown.sentence, action.state == LX_ACTION_FAILED);
	actions_->showAction(shown);
}

void ChatPage::showCommand(const CommandInfo &command)
{
	if (command.missingScopes.isEmpty()) {
		actions_->showNote(discreet(command.sentence, !command.done), command.done ? Tone::Plain : Tone::Bad);
	} else {
		actions_->showPermission(command.sentence, command.missingScopes);
	}
}

void ChatPage::report(const Intents::Answer &answer)
{
	if (!answer.ok) {
		actions_->showNote(answer.error.isEmpty() ? context_.text("Chat.NotReady")
							  : discreet(answer.error, true),
				   Tone::Bad);
	}
}

void ChatPage::act(RowAction action, const ChatRow &row, const char *origin, const QString &reason)
{
	const Target target = Target::of(row);
	const ActionRules &rules = view().rules();
	switch (action) {
	case RowAction::Reply:
		if (!thread_->root().isEmpty() && row.threadRoot() == thread_->root()) {
			thread_->reply(row);
		} else {
			input_->setReply(row.id, row.name, row.text);
		}
		break;
	case RowAction::Allow:
	case RowAction::Deny:
		report(context_.intents.order(action == RowAction::Allow ? "allow" : "deny", target));
		break;
	case RowAction::Delete:
		report(context_.intents.remove(target, origin));
		break;
	case RowAction::Timeout1:
	case RowAction::Timeout2:
	case RowAction::Timeout3:
		report(context_.intents.timeout(target, rules.timeoutsS[size_t(action) - size_t(RowAction::Timeout1)],
						reason, origin));
		break;
	case RowAction::Ban:
		report(context_.intents.ban(target, reason, origin));
		break;
	case RowAction::Unban:
		report(context_.intents.unban(target, origin));
		break;
	case RowAction::None:
		break;
	}
}

/* In the menu there is no button to ask on: moderators are asked about in a box that blocks nothing. */
void ChatPage::actFromMenu(RowAction action, const ChatRow &row)
{
	const Text &text = context_.text;
	if (!row.isProtected() || action == RowAction::Reply || action == RowAction::Unban) {
		act(action, row, "dock");
		return;
	}
	const QString label = actionLabel(action, view().rules(), text);
	auto *box = new QMessageBox(QMessageBox::Question, label, text("Chat.AskModerator", {label, row.name}),
				    QMessageBox::Cancel, this);
	box->setTextFormat(Qt::PlainText);
	box->setAttribute(Qt::WA_DeleteOnClose);
	connect(box->addButton(label, QMessageBox::AcceptRole), &QPushButton::clicked, this,
		[this, action, row] { act(action, row, "dock"); });
	box->open();
}

void ChatPage::undo(const char *origin)
{
	report(context_.intents.undo(origin));
}

void ChatPage::hotkey(enum lx_ui_hotkey hotkey)
{
	RowAction action = RowAction::None;
	switch (hotkey) {
	case LX_UI_HOTKEY_BAN:
		action = RowAction::Ban;
		break;
	case LX_UI_HOTKEY_TIMEOUT:
		action = RowAction::Timeout2;
		break;
	case LX_UI_HOTKEY_DELETE:
		action = RowAction::Delete;
		break;
	case LX_UI_HOTKEY_UNDO:
		undo("hotkey");
		return;
	case LX_UI_HOTKEY_PAUSE:
		view().isPaused() ? view().resume() : view().setPaused(true);
		return;
	case LX_UI_HOTKEY_PREVIOUS:
		view().selectStep(-1);
		return;
	case LX_UI_HOTKEY_NEXT:
		view().selectStep(1);
		return;
	case LX_UI_HOTKEY_MARKER: /* the dock's */
	case LX_UI_HOTKEY_MARKER_NOTE:
	case LX_UI_HOTKEY_COUNT:
		return;
	}
	const std::optional<quint64> seq = view().selectedSeq();
	if (!seq) {
		actions_->showNote(context_.text("Chat.NothingSelected"));
		return;
	}
	origin_ = "hotkey";
	view().request(action, *seq);
	origin_ = "dock";
}

/* Completes and explains what is written in a line. */
Completer *ChatPage::addCompleter(ChatInput &input)
{
	auto *completer = new Completer(context_, *pictures_, input.edit(), this);
	connect(completer, &Completer::lineChanged, &input,
		[&input, completer] { input.setUsage(completer->usage()); });
	return completer;
}

/* From the line below the chat, or that of a conversation. True when it was taken. */
bool ChatPage::send(const QString &text, const QByteArray &replyTo)
{
	QString scopes;
	const Intents::Answer answer = isCommand(text) ? context_.intents.command(text, replyTo, scopes)
						       : context_.intents.send(text, replyTo);
	if (scopes.isEmpty()) {
		report(answer);
	} else {
		actions_->showPermission(answer.error, scopes);
	}
	return answer.ok;
}

void ChatPage::showEmotes(ChatInput &input)
{
	auto *picker = new EmotePicker(context_, *pictures_, this);
	connect(picker, &EmotePicker::chosen, &input, &ChatInput::insertWord);
	connect(picker, &EmotePicker::permissionWanted, this, &ChatPage::permissionWanted);
	picker->showAbove(input.emoteButton());
}

void ChatPage::copyLine(const ChatModel &model, quint64 seq)
{
	if (model.contains(seq)) {
		QGuiApplication::clipboard()->setText(plainLine(model.row(seq), context_.text, true));
	}
}

void ChatPage::showMenu(const ChatModel &model, quint64 seq, const QPoint &global)
{
	const Text &text = context_.text;
	const ChatRow row = model.row(seq);
	auto *menu = new QMenu(this);
	menu->setAttribute(Qt::WA_DeleteOnClose);
	const auto copy = [menu](const QString &label, const QString &what) {
		QObject::connect(menu->addAction(label), &QAction::triggered, menu,
				 [what] { QGuiApplication::clipboard()->setText(what); });
	};
	const ActionRules &rules = view().rules();
	for (const RowAction action : {RowAction::Reply, RowAction::Delete, RowAction::Timeout1, RowAction::Timeout2,
				       RowAction::Timeout3, RowAction::Ban, RowAction::Unban}) {
		if (!actionFits(action, row, rules)) {
			continue;
		}
		QString label = actionLabel(action, rules, text).replace(u'&', QStringLiteral("&&"));
		if (const Qt::Key key = actionKey(action)) {
			label += u'\t' + QKeySequence(key).toString(QKeySequence::NativeText); /* shown as a shortcut */
		}
		QAction *entry = menu->addAction(label);
		entry->setEnabled(rules.allows(action));
		entry->setToolTip(rules.whyNot(action));
		connect(entry, &QAction::triggered, this, [this, action, row] { actFromMenu(action, row); });
	}
	menu->setToolTipsVisible(true);
	if (!menu->isEmpty()) {
		menu->addSeparator();
	}
	if (!row.threadRoot().isEmpty() && row.kind == RowKind::Message) {
		connect(menu->addAction(text("Chat.Menu.Thread")), &QAction::triggered, this,
			[this, row] { showThread(row); });
		const bool followed = followed_.contains(row.threadRoot());
		connect(menu->addAction(text(followed ? "Chat.Menu.Unfollow" : "Chat.Menu.Follow")),
			&QAction::triggered, this,
			[this, root = row.threadRoot(), followed] { follow(root, !followed); });
		addPinning(*menu, row);
		menu->addSeparator();
	}
	if (row.hasAuthor()) {
		connect(menu->addAction(text("Chat.Menu.Card")), &QAction::triggered, this,
			[this, lines = QPointer<const ChatModel>(&model), seq, global] {
				if (lines) { /* its view may have been closed meanwhile */
					showCard(*lines, seq, global);
				}
			});
		copy(text("Chat.Menu.CopyName"), row.login);
	}
	if (!row.text.isEmpty()) {
		copy(text("Chat.Menu.CopyMessage"), row.text);
		for (const Link &link : findLinks(row.text)) {
			const QString host = linkFacts(link.url, text).host;
			connect(menu->addAction(text("Chat.Menu.OpenLink", {host})), &QAction::triggered, this,
				[this, url = link.url] { (new LinkDialog(context_, url, this))->open(); });
			copy(text("Chat.Menu.CopyLink", {host}), link.url);
		}
	}
	copy(text("Chat.Menu.CopyLine"), plainLine(row, text, true));
	addRuleActions(*menu, row);
	menu->popup(global);
}

void ChatPage::addPinning(QMenu &menu, const ChatRow &row)
{
	const Text &text = context_.text;
	const bool pinned = context_.session.pin().messageId == row.id;
	QMenu *times = pinned ? nullptr : menu.addMenu(text("Chat.Menu.Pin"));
	const auto add = [&](QAction *action, const char *word, int seconds) {
		action->setEnabled(view().rules().canModerate);
		connect(action, &QAction::triggered, this, [this, row, word, seconds] {
			report(context_.intents.order(word, Target::of(row), {}, seconds));
		});
	};
	if (pinned) {
		add(menu.addAction(text("Pin.Unpin")), "unpin", 0);
		return;
	}
	for (const int minutes : {5, 10, 20, 30}) {
		add(times->addAction(text.duration(minutes * 60)), "pin", minutes * 60);
	}
	add(times->addAction(text("Pin.UntilEnd")), "pin", 0);
}

void ChatPage::showCard(const ChatModel &model, quint64 seq, const QPoint &global)
{
	if (!model.contains(seq) || !model.row(seq).hasAuthor()) {
		return;
	}
	const ChatRow row = model.row(seq);
	for (UserCard *open : findChildren<UserCard *>()) {
		if (open->isPinned() && open->userId() == row.userId) {
			open->raise();
			open->activateWindow();
			return;
		}
		if (!open->isPinned()) {
			open->close();
		}
	}
	auto *card = new UserCard(context_, pictures_, model, seq, view().rules(), this);
	connect(card, &UserCard::actionRequested, this,
		[this, row](RowAction action, const QString &reason) { act(action, row, "dock", reason); });
	connect(card, &UserCard::orderRequested, this, [this, row](const char *word, const QString &words) {
		report(context_.intents.order(word, Target::of(row), words));
	});
	connect(card, &UserCard::permissionWanted, this, &ChatPage::permissionWanted);
	connect(card, &UserCard::contextWanted, this, &ChatPage::contextWanted);
	card->showAt(global);
}

void ChatPage::showByName()
{
	auto *dialog = new ByNameDialog(context_.text, view().rules(), this);
	dialog->setAttribute(Qt::WA_DeleteOnClose);
	connect(dialog, &ByNameDialog::chosen, this, [this](const ByNameDialog::Choice &choice) {
		Target target;
		target.login = choice.login;
		switch (choice.kind) {
		case LX_ACTION_TIMEOUT:
			report(context_.intents.timeout(target, choice.seconds, choice.reason, "dock"));
			break;
		case LX_ACTION_UNBAN:
			report(context_.intents.unban(target, "dock"));
			break;
		default:
			report(context_.intents.ban(target, choice.reason, "dock"));
		}
	});
	dialog->open();
}

void ChatPage::showKeys()
{
	const Text &text = context_.text;
	auto *box = new QMessageBox(QMessageBox::NoIcon, text("Chat.Keys.Title"), text("Chat.Keys.Text"),
				    QMessageBox::Close, this);
	box->setTextFormat(Qt::PlainText);
	box->setAttribute(Qt::WA_DeleteOnClose);
	box->open();
}

void ChatPage::forget(const QByteArray &userId, const QString &login)
{
	for (UserCard *card : findChildren<UserCard *>()) {
		card->close(); /* it holds what was read of them */
	}
	RowChange change{};
	change.kind = RowChange::Kind::Forget;
	change.userId = userId;
	change.login = login;
	change.text = context_.text("Chat.Forgotten");
	std::vector<RowEntry> entries;
	entries.emplace_back(std::move(change));
	thread_->apply(entries);
	panes_->apply(std::move(entries));
	input_->cancelReply();
}

void ChatPage::restyle()
{
	panes_->restyle();
	thread_->view().restyle();
}

void ChatPage::stop()
{
	completer_->stop();
	threadCompleter_->stop();
	chatters_->stop();
	qDeleteAll(findChildren<EmotePicker *>());
	actions_->stop();
	panes_->stop();
	thread_->view().setPictures(nullptr);
	pin_->stop();
	/* They ask the log and the web API, which go now. */
	for (UserCard *card : findChildren<UserCard *>()) {
		card->close();
		delete card;
	}
	pictures_->stop();
}

} // namespace lx::ui
