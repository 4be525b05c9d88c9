/*
 * The page "Replay": a past stream or recording, chosen from a list, with its chat in step with its time, its markers, and the ways out
 * of here for both. Videos are played elsewhere; play is pressed here and there at once, and small steps bring them together.
 */
#pragma once

#include <memory>

#include <QTimer>

#include "chat/player.h"
#include "ui/page.hpp"
#include "ui/replay/source.hpp"

class QSplitter;
class QStackedWidget;

namespace lx::ui {

class ChatModel;
class ChatView;
class ElidedLabel;
class IconButton;
class MarkerList;
class MessageBar;
class Pictures;
class ReplayExports;
class ReplayFeed;
class ReplayPicker;
class ReplayTimeline;
class ReplayTransport;
class Veil;

class ReplayPage : public Page {
	Q_OBJECT

public:
	/* `pictures` belong to the chat and outlive the page's stop(); may be NULL. */
	ReplayPage(Context &context, Pictures *pictures, QWidget *parent = nullptr);
	~ReplayPage() override;

	ReplayPicker &picker() { return *picker_; }
	ChatModel &model() { return *model_; }
	ChatView &view() { return *view_; }
	ReplayTimeline &timeline() { return *timeline_; }
	ReplayTransport &transport() { return *transport_; }
	MarkerList &markers() { return *markers_; }
	MessageBar &messages() { return *messages_; }
	ReplayExports &exports() { return *exports_; }
	struct lx_player *player() { return player_.get(); }
	const ReplayRef &replay() const { return replay_; }

	void open(enum lx_replay_kind kind, qint64 id);
	void close();
	/* To a position on the replay's own axis, milliseconds. */
	void seek(qint64 ms);
	void togglePlay();
	void addMarker();

	void applySettings() override;
	void restyle() override;
	void forget(const QByteArray &userId, const QString &login) override;
	void stop() override;

Q_SIGNALS:
	void opened();
	void permissionWanted(const QString &scopes);

protected:
	void showEvent(QShowEvent *event) override;
	void hideEvent(QHideEvent *event) override;
	void resizeEvent(QResizeEvent *event) override;
	void keyPressEvent(QKeyEvent *event) override;

private:
	QWidget *buildPlayer();
	void take(const ReplayRef &replay);
	void readAnew();
	void update();
	void showLines();
	void jumpToMarker(int marker);
	void stepMarker(int direction);
	void removeMarker(qint64 id, const QString &label);
	void showMenu(const QPoint &global);
	void showLineMenu(quint64 seq, const QPoint &global);
	void showCard(quint64 seq, const QPoint &global);
	qint64 moment() const;
	static void onMarker(const struct lx_event *event, void *data);

	Context &context_;
	const Text &text_;
	Pictures *pictures_;
	ReplaySource *source_;
	std::unique_ptr<struct lx_player, void (*)(struct lx_player *)> player_;
	ReplayRef replay_;
	QStackedWidget *stack_;
	Veil *veil_ = nullptr;
	ReplayPicker *picker_;
	ChatModel *model_;
	ChatView *view_ = nullptr;
	ReplayFeed *feed_;
	ElidedLabel *title_ = nullptr;
	QSplitter *splitter_ = nullptr;
	ReplayTimeline *timeline_ = nullptr;
	ReplayTransport *transport_ = nullptr;
	MarkerList *markers_ = nullptr;
	MessageBar *messages_;
	ReplayExports *exports_;
	QTimer tick_;        /* while it plays and somebody looks */
	QTimer readAnew_;    /* markers changed */
	QTimer growing_;     /* while it goes on */
	qint64 shownMs_ = 0; /* moment up to which lines are shown */
	bool stopped_ = false;
};

} // namespace lx::ui
