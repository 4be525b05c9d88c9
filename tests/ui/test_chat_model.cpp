/* The ring of lines, the sums of their heights. */
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "harness.hpp"
#include "ui/chat/heights.hpp"
#include "ui/chat/model.hpp"

using namespace lx::ui;

namespace {

ChatRow row(int n, const char *user = "1")
{
	ChatRow r;
	r.id = "m" + QByteArray::number(n);
	r.userId = user;
	r.login = r.name = QStringLiteral("user") + QString::fromLatin1(user);
	r.text = QString::number(n);
	return r;
}

std::vector<RowEntry> rows(int from, int count)
{
	std::vector<RowEntry> entries;
	for (int i = 0; i < count; i++) {
		entries.emplace_back(row(from + i, i % 2 ? "2" : "1"));
	}
	return entries;
}

RowChange change(RowChange::Kind kind, Fate fate, const char *message, const char *user)
{
	RowChange c{};
	c.kind = kind;
	c.fate = fate;
	c.messageId = message;
	c.userId = user;
	c.text = QStringLiteral("done");
	return c;
}

} // namespace

class TestChatModel : public QObject {
	Q_OBJECT

private Q_SLOTS:
	void oneRemovalAndOneInsertionABatch()
	{
		const Text text;
		ChatModel model(text, 10);
		const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
		model.apply(rows(0, 8));
		const QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
		const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
		model.apply(rows(8, 6));
		QCOMPARE(removed.count(), 1);
		QCOMPARE(inserted.count(), 1);
		QCOMPARE(model.rowCount(), 10);
		QCOMPARE(model.firstSeq(), 4U);
		QCOMPARE(model.row(4).text, QStringLiteral("4"));
		QCOMPARE(model.row(13).text, QStringLiteral("13"));
		QCOMPARE(model.index(0).data(ChatModel::IdRole).toByteArray(), QByteArray("m4"));
	}
	void aBatchBiggerThanTheRing()
	{
		const Text text;
		ChatModel model(text, 10);
		const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
		model.apply(rows(0, 5));
		model.apply(rows(5, 95));
		QCOMPARE(model.rowCount(), 10);
		QCOMPARE(model.row(model.endSeq() - 1).text, QStringLiteral("99"));
		QCOMPARE(model.row(model.firstSeq()).text, QStringLiteral("90"));
	}
	void protectedLinesStay()
	{
		const Text text;
		ChatModel model(text, 10);
		const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
		model.apply(rows(0, 10));
		model.protect(6);
		model.apply(rows(10, 20));
		QCOMPARE(model.firstSeq(), 6U);
		QCOMPARE(model.row(6).text, QStringLiteral("6"));
		QCOMPARE(model.rowCount(), 10);
		QCOMPARE(model.waiting(), 14U);
		model.apply(rows(30, 5));
		QCOMPARE(model.row(6).text, QStringLiteral("6"));
		QCOMPARE(model.waiting(), 19U);
		/* A deletion reaches those that wait, too. */
		model.apply({change(RowChange::Kind::Delete, Fate::Deleted, "m34", "")});
		model.unprotect();
		QCOMPARE(model.waiting(), 0U);
		QCOMPARE(model.rowCount(), 10);
		QCOMPARE(model.row(model.endSeq() - 1).text, QStringLiteral("34"));
		QCOMPARE(model.row(model.endSeq() - 1).fate, Fate::Deleted);
	}
	void skippedLinesAreOwnedUpTo()
	{
		const Text text;
		ChatModel model(text, 10);
		model.apply(rows(0, 10));
		model.protect(0);
		model.apply(rows(10, 12));
		QCOMPARE(model.waiting(), 12U);
		/* Two of the twelve found no room aside. */
		const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
		model.protect(10);
		QCOMPARE(model.row(10).kind, RowKind::Gap);
		model.unprotect();
		QCOMPARE(model.row(model.endSeq() - 1).text, QStringLiteral("21"));
	}
	void changesFindTheirLines()
	{
		const Text text;
		ChatModel model(text, 10);
		model.apply(rows(0, 10));
		const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
		model.apply({change(RowChange::Kind::Delete, Fate::Deleted, "m3", "")});
		QCOMPARE(changed.count(), 1);
		QCOMPARE(model.row(3).fate, Fate::Deleted);
		QCOMPARE(model.row(4).fate, Fate::None);
		model.apply({change(RowChange::Kind::Ban, Fate::Banned, "", "2")});
		QCOMPARE(model.row(5).fate, Fate::Banned);
		QCOMPARE(model.row(4).fate, Fate::None);
		model.apply({change(RowChange::Kind::Unban, Fate::None, "", "2")});
		QCOMPARE(model.row(5).fate, Fate::None);
		model.apply({change(RowChange::Kind::Clear, Fate::Cleared, "", "")});
		QCOMPARE(model.row(0).fate, Fate::Cleared);
		QCOMPARE(model.rowsOf("2", {}).size(), size_t(5));
		QCOMPARE(*model.find("m7"), 7U);
		QVERIFY(!model.find("m77"));
	}
	void aBanInTheSameBatchMeetsOnlyWhatCameBefore()
	{
		const Text text;
		ChatModel model(text, 10);
		std::vector<RowEntry> entries = rows(0, 4);
		entries.emplace_back(change(RowChange::Kind::Ban, Fate::Banned, "", "1"));
		entries.emplace_back(row(4, "1"));
		model.apply(std::move(entries));
		QCOMPARE(model.row(0).fate, Fate::Banned);
		QCOMPARE(model.row(4).fate, Fate::None);
	}
	void anotherChannelBeginsEmpty()
	{
		const Text text;
		ChatModel model(text, 10);
		const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
		model.apply(rows(0, 10));
		std::vector<RowEntry> entries = rows(10, 3);
		entries.emplace_back(ChannelStart{QStringLiteral("other")});
		entries.emplace_back(row(20));
		model.apply(std::move(entries));
		QCOMPARE(model.rowCount(), 1);
		QCOMPARE(model.row(model.firstSeq()).text, QStringLiteral("20"));
	}
	void heightsAgreeWithCounting()
	{
		constexpr int capacity = 37;
		Heights heights(capacity);
		quint64 first = 0;
		quint64 end = 0;
		quint32 random = 1;
		const auto next = [&random] {
			return random = random * 1664525U + 1013904223U;
		};
		for (int round = 0; round < 400; round++) {
			if (end - first == capacity) {
				heights.set(first++, 0);
			}
			heights.set(end++, int(next() >> 20) % 60 + 1);
			if (round % 7 == 0) {
				heights.set(first + next() % (end - first), int(next() >> 20) % 60 + 1);
			}
			qint64 sum = 0;
			for (quint64 seq = first; seq < end; seq++) {
				QCOMPARE(heights.between(first, seq), sum);
				qint64 top = -1;
				QCOMPARE(heights.find(first, sum, top), seq);
				QCOMPARE(top, sum);
				QCOMPARE(heights.find(first, sum + heights.at(seq) - 1, top), seq);
				sum += heights.at(seq);
			}
			QCOMPARE(heights.total(), sum);
		}
	}
};

QTEST_GUILESS_MAIN(TestChatModel)
#include "test_chat_model.moc"
