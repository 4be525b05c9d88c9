/* Links in chat: found, told what they are, opened by nobody but the user. */
#include <QClipboard>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include "harness.hpp"
#include "ui/chat/link_dialog.hpp"
#include "ui/chat/links.hpp"
#include "ui/chat/model.hpp"
#include "ui/chat/page.hpp"
#include "ui/chat/view.hpp"

using namespace lx;
using namespace lx::ui;
using namespace lx::test;

class TestLinks : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void whatIsALink_data()
	{
		QTest::addColumn<QString>("text");
		QTest::addColumn<QString>("found"); /* as it stands there, parted by blanks */
		const auto row = [](const char *text, const char *found) {
			QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(found);
		};
		row("see https://example.com/a?b=c#d.", "https://example.com/a?b=c#d");
		row("(https://en.wikipedia.org/wiki/Foo_(bar))", "https://en.wikipedia.org/wiki/Foo_(bar)");
		row("HTTP://EXAMPLE.COM", "HTTP://EXAMPLE.COM");
		row("twitch.tv/anna, or www.example.org!", "twitch.tv/anna www.example.org");
		row("https://user:pass@example.com", "https://user:pass@example.com");
		row("mail anna@example.com", "");
		row("javascript://example.com/%0aalert(1) file:///etc/passwd steam://run/1", "");
		row("wait... what?! 3.5 v1.2 e.g. https:// http://", "");
		row("\u201ehttps://example.com\u201c", "https://example.com");
		row("", "");
	}
	void whatIsALink()
	{
		QFETCH(QString, text);
		QFETCH(QString, found);
		QStringList all;
		for (const Link &link : findLinks(text)) {
			all << text.mid(link.start, link.length);
			QVERIFY(link.url.startsWith(QStringLiteral("http"), Qt::CaseInsensitive));
		}
		QCOMPARE(all.join(u' '), found);
	}
	void whatIsSuspicious()
	{
		Harness h;
		const Text &text = h.dock().context().text;
		QVERIFY(linkFacts(QStringLiteral("https://example.com/"), text).warnings.isEmpty());
		LinkFacts facts = linkFacts(QStringLiteral("https://www.twitch.tv@evil.example.com/login"), text);
		QCOMPARE(facts.host, QStringLiteral("evil.example.com"));
		QVERIFY(facts.warnings.join(u' ').contains(QStringLiteral("evil.example.com")));
		/* Cyrillic letters that look Latin. */
		facts = linkFacts(QStringLiteral("https://\u0440\u0430ypal.com/"), text);
		QVERIFY(facts.host.startsWith(QStringLiteral("xn--")));
		QVERIFY(facts.address.contains(facts.host));
		QCOMPARE(facts.warnings.size(), 1);
		QCOMPARE(linkFacts(QStringLiteral("http://192.0.2.7/x"), text).warnings.size(), 2);
	}
	void aClickAsksFirst()
	{
		Harness h;
		h.show();
		h.everythingWell();
		h.say("anna", "look at https://example.com/page now");
		h.settle();
		ChatView &view = h.dock().chat().view();
		view.grab();
		const quint64 seq = h.dock().chat().model().endSeq() - 1;
		const QRect link = view.linkRect(seq, 0);
		QVERIFY(!link.isEmpty());
		const QPoint spot(link.left() + 2, link.center().y()); /* further right the buttons may lie over it */
		QTest::mouseMove(view.viewport(), spot);
		view.grab();
		QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, spot);
		auto *dialog = h.dock().findChild<LinkDialog *>();
		QVERIFY(dialog);
		QVERIFY(h.opened.isEmpty());
		QCOMPARE(dialog->findChild<QPlainTextEdit *>()->toPlainText(),
			 QStringLiteral("https://example.com/page"));
		/* Enter in passing opens nothing. */
		QTest::keyClick(dialog, Qt::Key_Return);
		QVERIFY(h.opened.isEmpty());
		QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);

		/* The same by keyboard. */
		view.selectStep(-1);
		QTest::keyClick(&view, Qt::Key_O);
		dialog = h.dock().findChild<LinkDialog *>();
		QVERIFY(dialog);
		for (QPushButton *button : dialog->findChildren<QPushButton *>()) {
			if (button->text() == QStringLiteral("Open")) {
				button->click();
			}
		}
		QCOMPARE(h.opened, QStringList(QStringLiteral("https://example.com/page")));
	}
	void pictures()
	{
		for (const bool dark : {true, false}) {
			Harness h(dark ? "en-US" : "de-DE", dark ? darkPalette() : lightPalette());
			h.show();
			auto *dialog = new LinkDialog(
				h.dock().context(),
				QStringLiteral("http://www.twitch.tv@\u0440\u0430ypal.com/login?next=%2Fhome"),
				&h.dock());
			dialog->show();
			dialog->grab().save(QStringLiteral(PICTURES_DIR "/link-%1.png").arg(dark ? "dark" : "light"));
		}
	}
};

QTEST_MAIN(TestLinks)
#include "test_links.moc"
