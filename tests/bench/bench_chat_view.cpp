/*
 * What the chat costs the UI thread: its share of a core and the longest time it held the event loop, at several message
 * rates, with ten thousand wrapped lines kept and the dock on screen.
 *
 *	bench_chat_view [seconds a rate, default 5]
 *
 * Without QT_QPA_PLATFORM it draws off screen, which costs the same as drawing into a window by software.
 */
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>
#include <thread>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QScrollBar>
#include <QThread>
#include <QTimer>

#include "picture_world.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/pictures.hpp"
#include "ui/chat/view.hpp"
#include "ui/dock.hpp"

using Clock = std::chrono::steady_clock;

namespace {

double threadCpuMs()
{
	timespec time;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

/* A chat of several languages, short and long lines mixed as in real ones. */
const char *const lines[] = {
	"LUL",
	"GG",
	"that was so close, how did you even survive that??",
	"guten Abend zusammen, läuft heute noch was anderes oder bleibt es beim Speedrun?",
	"first time here, what game is this and why is everybody shouting about the chicken in the corner of the map",
	"ahoj všem, kdy bude další díl?",
	"😂😂😂",
	"👍🏽 nice one 🎉",
	"مرحبا بالجميع، كيف الحال اليوم؟",
	"KEKW KEKW KEKW KEKW KEKW KEKW KEKW KEKW KEKW KEKW",
	"@someone I think you need to go back to the village and talk to the old man near the well, he gives you the key for the second door",
	"pog",
	"W",
	"!followage",
	"これはすごいですね",
};

/* The same with pictures: each third line moves, as in the liveliest channels. */
const char *const pictureLines[] = {
	"KEKW KEKW KEKW",
	"catJAM catJAM",
	"that was so close, how did you even survive that?? monkaS",
	"guten Abend zusammen, läuft heute noch was anderes oder bleibt es beim Speedrun?",
	"gg gg gg",
	"first time here, what game is this and why is everybody shouting about the chicken KEKW RainTime",
	"😂😂😂",
	"EZ Clap",
	"peepoWide",
	"streamDance what a day streamDance",
	"@someone I think you need to go back to the village and talk to the old man near the well LaterSooner",
	"pog",
};

void emitLine(struct lx_bus *bus, uint64_t n, bool pictures = false)
{
	char id[48], user[24], login[24];
	snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012llu", (unsigned long long)n);
	snprintf(user, sizeof(user), "%llu", (unsigned long long)(100000 + n * 7919 % 500));
	snprintf(login, sizeof(login), "viewer_%llu", (unsigned long long)(n * 7919 % 500));
	struct lx_event event;
	lx_event_init(&event, LX_EVENT_CHAT_MESSAGE);
	event.time_ms = 1790000000000 + int64_t(n);
	event.channel = "streamer";
	event.chat.id = id;
	event.chat.user.id = user;
	event.chat.user.login = login;
	event.chat.user.name = login;
	event.chat.user.color = n % 5 ? uint32_t(n * 2654435761U) & 0xFFFFFF : LX_COLOR_NONE;
	event.chat.user.badges = n % 3 ? "" : "subscriber/12,premium/1";
	event.chat.text = pictures ? pictureLines[n % std::size(pictureLines)] : lines[n % std::size(lines)];
	lx_bus_emit(bus, &event);
}

/*
 * Times what the event loop does: events that follow one another without a pause count as one span. Its length is the
 * thread's own time: what other programs take of the machine meanwhile is not ours, and comes and goes.
 */
class Application : public QApplication {
public:
	using QApplication::QApplication;

	bool notify(QObject *receiver, QEvent *event) override
	{
		if (depth_++) {
			const bool result = QApplication::notify(receiver, event);
			depth_--;
			return result;
		}
		const Clock::time_point begin = Clock::now();
		const double beginCpu = threadCpuMs();
		const bool result = QApplication::notify(receiver, event);
		const double length = threadCpuMs() - beginCpu;
		depth_--;
		longestEvent_ = std::max(longestEvent_, length);
		const auto ms = [](Clock::duration d) {
			return std::chrono::duration<double, std::milli>(d).count();
		};
		if (!spans_.empty() && ms(begin - last_) < pauseMs) {
			spans_.back() += length;
		} else {
			spans_.push_back(length);
		}
		last_ = Clock::now();
		return result;
	}
	void forget()
	{
		spans_.clear();
		longestEvent_ = 0;
	}
	/* Of one event alone: between two, all others have their turn. */
	double longestEvent() const { return longestEvent_; }
	const std::vector<double> &busySpans() const { return spans_; }

private:
	static constexpr double pauseMs = 1;

	int depth_ = 0;
	Clock::time_point last_;
	std::vector<double> spans_;
	double longestEvent_ = 0;
};

struct Result {
	double share;
	double longest;
	double typical; /* 99th percentile */
	uint64_t shown;
};

Result measure(Application &application, lx::ui::Dock &dock, struct lx_bus *bus, uint64_t &next, int rate, int seconds,
	       bool scroll, bool pictures = false)
{
	std::atomic<bool> stop{false};
	const uint64_t first = next;
	std::thread emitter([&] {
		const auto start = Clock::now();
		uint64_t sent = 0;
		while (!stop) {
			const std::chrono::duration<double> passed = Clock::now() - start;
			const auto due = uint64_t(passed.count() * rate);
			while (sent < due) {
				emitLine(bus, first + sent++, pictures);
			}
			std::this_thread::sleep_for(std::chrono::milliseconds(2));
		}
		next = first + sent;
	});

	application.forget();
	QTimer wheel;
	if (scroll) {
		QScrollBar *bar = dock.chat().view().verticalScrollBar();
		QObject::connect(&wheel, &QTimer::timeout, [bar, step = 0]() mutable {
			bar->setValue(bar->value() + (step++ % 40 < 30 ? -60 : 40));
		});
		wheel.start(16);
	}
	const double cpu = threadCpuMs();
	const auto start = Clock::now();
	QEventLoop loop;
	QTimer::singleShot(seconds * 1000, &loop, &QEventLoop::quit);
	while (loop.isRunning() || Clock::now() - start < std::chrono::seconds(seconds)) {
		loop.processEvents(QEventLoop::WaitForMoreEvents);
	}
	const double passed = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
	const double used = threadCpuMs() - cpu;
	stop = true;
	emitter.join();
	if (scroll) {
		dock.chat().view().resume();
	}
	std::vector<double> spans = application.busySpans();
	std::sort(spans.begin(), spans.end());
	const double p99 = spans.empty() ? 0 : spans[size_t(double(spans.size() - 1) * 0.99)];
	return {100 * used / passed, spans.empty() ? 0 : spans.back(), p99, next - first};
}

/* A view made over all the lines there are, and going to and fro. */
void measureViews(Application &application, lx::ui::Dock &dock)
{
	lx::ui::ChatPanes &panes = dock.chat().panes();
	lx::ui::Rules &rules = dock.context().rules;
	const auto turns = [] {
		for (int i = 0; i < 20; i++) {
			QApplication::processEvents();
		}
	};
	/* From a timer, so that it is a turn like any other. */
	const auto within = [&](auto work) {
		QEventLoop loop;
		QTimer::singleShot(0, &loop, [&] {
			work();
			loop.quit();
		});
		loop.exec();
	};
	int id = 0;
	application.forget();
	const Clock::time_point begin = Clock::now();
	within([&] { id = rules.openView(QStringLiteral("All"), QStringLiteral("-from:nobody"), true); });
	while (panes.isJudging()) {
		QApplication::processEvents(QEventLoop::WaitForMoreEvents);
	}
	turns();
	const double filled = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
	printf("%-26s %10s %14s %9.1f ms %10s   (in %.0f ms)\n= views.fill_longest %.2f\n", "a view of all lines", "",
	       "", application.longestEvent(), "8 ms", filled, application.longestEvent());
	application.forget();
	for (int i = 0; i < 40; i++) {
		within([&] { panes.show(i % 2 ? lx::ui::ChatPanes::everythingId : id); });
		turns();
		QThread::msleep(5); /* what belongs to one of them counts together */
	}
	const double switched = *std::max_element(application.busySpans().begin(), application.busySpans().end());
	printf("%-26s %10s %14s %9.1f ms %10s\n= views.switch_longest %.2f\n", "going from view to view", "", "",
	       switched, "8 ms", switched);
	rules.closeView(id);
	turns();
}

int64_t unixMs(void *)
{
	return std::chrono::duration_cast<std::chrono::milliseconds>(
		       std::chrono::system_clock::now().time_since_epoch())
		.count();
}

} // namespace

int main(int argc, char **argv)
{
	if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
		qputenv("QT_QPA_PLATFORM", "offscreen");
	}
	Application application(argc, argv);
	const int seconds = argc > 1 ? std::max(1, atoi(argv[1])) : 5;
	signal_handler_t *signals = signal_handler_create();
	proc_handler_t *procs = proc_handler_create();
	struct lx_bus *bus = lx_bus_create(signals, procs);
	struct lx_settings *settings = lx_settings_create(nullptr);
	struct lx_text *text = lx_text_create_from_folder(PLUGIN_DATA_DIR "/locale", "en-US");
	struct lx_clock clock = {[](void *data) { return uint64_t(unixMs(data)) * 1000000; }, unixMs, nullptr};
	struct lx_ui_context context = {};
	context.bus = bus;
	context.procs = procs;
	context.settings = settings;
	context.text = text;
	context.clock = &clock;
	{
		{
			/* OBS has loaded fonts and icons by then: the first of two pays for them here. */
			lx::ui::Dock(context).stop();
		}
		const Clock::time_point begin = Clock::now();
		lx::ui::Dock dock(context);
		printf("Making the dock: %.1f ms\n= dock.create %.2f\n\n",
		       std::chrono::duration<double, std::milli>(Clock::now() - begin).count(),
		       std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
		dock.resize(340, 720);
		dock.show();
		uint64_t next = 0;
		while (next < 10500) {
			emitLine(bus, next++);
		}
		dock.feed().flush();
		QApplication::processEvents();

		printf("Chat dock 340 x 720, %d wrapped lines kept, %d s at each rate, UI thread only\n\n",
		       dock.chat().model().rowCount(), seconds);
		printf("%-26s %10s %14s %12s %10s   %s\n", "", "of a core", "99 % of turns", "longest", "aim",
		       "rivals (2 cores, software drawing)");
		static constexpr struct {
			int rate;
			bool scroll;
			const char *aim, *rivals;
		} runs[] = {
			{200, false, "", "Chatterino 2.5: 16-20 %; chat page in Chromium: 54-83 %"},
			{1000, false, "5 %, 8 ms", "Chatterino 36-42 %; Chromium 60-92 %"},
			{5000, false, "readable", "Chatterino, Chromium: about a whole core"},
			{1000, true, "", "(while somebody scrolls, 60 steps a second)"},
			{5000, true, "scrollable", ""},
		};
		for (const auto &run : runs) {
			const Result r = measure(application, dock, bus, next, run.rate, seconds, run.scroll);
			char name[64];
			snprintf(name, sizeof(name), "%d messages/s%s", run.rate, run.scroll ? ", scrolling" : "");
			printf("%-26s %8.1f %% %11.1f ms %9.1f ms %10s   %s\n", name, r.share, r.typical, r.longest,
			       run.aim, run.rivals);
			if (!run.scroll) {
				printf("= dock.share_%d %.2f\n= dock.longest_%d %.2f\n", run.rate, r.share, run.rate,
				       r.longest);
			}
			fflush(stdout);
		}
		measureViews(application, dock);
		dock.hide();
		QApplication::processEvents();
		const Result hidden = measure(application, dock, bus, next, 1000, seconds, false);
		printf("%-26s %8.1f %% %11.1f ms %9.1f ms %10s\n", "1000 messages/s, hidden", hidden.share,
		       hidden.typical, hidden.longest, "");
		dock.stop();
	}
	{
		lx::test::PictureWorld world;
		QElapsedTimer patience;
		patience.start();
		while (!world.hasAllLists() && patience.elapsed() < 20000) {
			QThread::msleep(10);
		}
		context.emotes = world.emotes;
		context.pictures = world.pictures;
		lx::ui::Dock dock(context);
		dock.resize(340, 720);
		dock.show();
		uint64_t next = 0;
		while (next < 10500) {
			emitLine(bus, next++, true);
		}
		dock.feed().flush();
		const Result still = measure(application, dock, bus, next, 0, seconds, false, true);
		printf("\n%-26s %8.1f %% %11.1f ms %9.1f ms %10s\n= dock.share_pictures_0 %.2f\n",
		       "pictures, nobody writes", still.share, still.typical, still.longest, "", still.share);
		for (const int rate : {200, 1000}) {
			const Result r = measure(application, dock, bus, next, rate, seconds, false, true);
			char name[64];
			snprintf(name, sizeof(name), "%d messages/s, pictures", rate);
			printf("%-26s %8.1f %% %11.1f ms %9.1f ms %10s\n= dock.share_pictures_%d %.2f\n", name, r.share,
			       r.typical, r.longest, rate == 1000 ? "5 %, 8 ms" : "", rate, r.share);
		}
		printf("%lld kB of frames\n", (long long)dock.chat().pictures().bytes() / 1024);
		dock.stop();
	}
	lx_bus_destroy(bus);
	signal_handler_destroy(signals);
	proc_handler_destroy(procs);
	lx_settings_destroy(settings);
	lx_text_destroy(text);
	return 0;
}
