#!/usr/bin/env python3
"""run.py [--runs N] [NAME…]: runs the benches and prints what they measured beside what is to be reached and what rivals take.

A bench is an executable bench_* in the build folder, or a function in scenarios.py, which drives real OBS. It prints lines
"= key value"; the median over all runs counts. What cannot be measured in this build is shown as "-".
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
BUILD = pathlib.Path(os.environ.get("LIVEXTREM_BUILD_DIR", "build")).absolute()
sys.path.insert(0, str(HERE.parent / "e2e"))

from driver.display import Display  # noqa: E402
from driver.process import DriverError  # noqa: E402

import scenarios  # noqa: E402

# key, what, unit, reach (None: no aim of its own), rivals on a like machine
ROWS = [
    ("irc.typed_event", "IRC line to typed event", "ns", 1000, "libcommuni 8500, weechat 7000, fastest Rust 230-449"),
    ("moderation.verdict_p99", "IRC bytes to verdict, 99th percentile", "us", 30, ""),
    ("filter.words", "50 rules for words and phrases, a message", "us", 3, ""),
    ("filter.mixed", "50 rules of all kinds, a message", "us", None, ""),
    ("filter.patterns", "50 regular expressions, a message", "us", None, ""),
    ("click.request", "ban asked for to request sent, 1000 messages a second", "ms", 2, ""),
    ("dock.share_200", "UI thread, 200 messages a second, 10 000 lines", "% of a core", 5, "Chatterino 16-20, chat page 54-83"),
    ("dock.longest_200", "longest turn of the UI thread at 200 a second", "ms", 8, ""),
    ("dock.share_1000", "UI thread, 1000 messages a second", "% of a core", 5, "Chatterino 36-42, chat page 60-92"),
    ("dock.longest_1000", "longest turn of the UI thread at 1000 a second", "ms", 8, ""),
    ("dock.share_5000", "UI thread, 5000 messages a second", "% of a core", None, "Chatterino all of it"),
    ("dock.longest_5000", "longest turn of the UI thread at 5000 a second", "ms", None, ""),
    ("dock.share_pictures_0", "UI thread, moving emotes on screen, nobody writes", "% of a core", None, ""),
    ("dock.share_pictures_200", "UI thread, the same at 200 messages a second", "% of a core", 5, ""),
    ("dock.share_pictures_1000", "UI thread, the same at 1000 messages a second", "% of a core", 5, ""),
    ("views.fill_longest", "longest turn while a new view takes 10 000 lines in", "ms", 8, ""),
    ("views.switch_longest", "longest turn when going from view to view", "ms", 8, ""),
    ("dock.create", "making the dock, without OBS's style sheet", "ms", None, ""),
    ("stats.event_to_program", "new number to frame that shows it, at worst", "ms", 100, "Streamlabs up to 60 000"),
    ("stats.unchanged", "text source, frame without a change", "ns", None, ""),
    ("stats.format", "text source, new text", "ns", None, ""),
    ("stats.message", "count one chat message", "ns", None, ""),
    ("log.write", "chat log, one row written with its index", "us", 33.3, "plain SQLite 26"),
    ("log.bytes_a_row", "chat log, size of a message", "bytes", 200, "plain SQLite 200"),
    ("log.longest_wait", "chat log, longest way of a row into the file", "ms", 250, ""),
    ("log.newest", "newest 50 hits, median", "ms", 2, ""),
    ("log.newest_p99", "newest 50 hits, 99th percentile", "ms", 2, ""),
    ("log.newest_p99_cpu", "the same, processor's time", "ms", 2, ""),
    ("log.newest_seldom", "a pattern that hardly anything matches: all of the log, hits as they come", "ms", None, ""),
    ("log.count", "exact count, median", "ms", 20, ""),
    ("log.count_p99", "exact count, 99th percentile", "ms", 20, ""),
    ("log.count_p99_cpu", "the same, processor's time", "ms", 20, ""),
    ("log.count_looked_at", "exact count of parts of words and patterns, beside the chat", "ms", None, ""),
    ("obs.load", "loading the plugin on OBS's UI thread", "ms", 5, ""),
    ("obs.memory", "10 000 lines in the dock, more than OBS without the plugin", "MB", 30, "Chatterino 100, chat page 410"),
    ("obs.share_1000", "1000 messages a second, all of OBS, more than without", "% of a core", 6, ""),
    ("obs.share_ui_1000", "the same, its UI thread", "% of a core", 5, ""),
    ("obs.skipped_1000", "frames OBS skips each second, more than without", "frames", 0.1, ""),
    ("obs.share_idle", "signed in, nobody writes, more than without", "% of a core", None, ""),
    ("obs.wakeups", "the same, wake-ups of the plugin's own threads each second", "", 1, "Chatterino 50"),
    ("obs.wakeups_ui", "the same, wake-ups of the UI thread, more than without", "", None, ""),
    ("obs.exit_dead_network", "exit with a dead network, more than without the plugin", "ms", 200, ""),
]


def benches():
    folder = BUILD / "tests/bench"
    found = {path.stem.removeprefix("bench_"): [str(path)] for path in sorted(folder.glob("bench_*")) if os.access(path, os.X_OK) and path.is_file()}
    found.update(scenarios.SCENARIOS)
    return found


def values_of(text):
    for line in text.splitlines():
        if line.startswith("= "):
            _, key, value = line.split()
            yield key, float(value)


def run(bench, environment, display):
    """What one bench measured, as pairs of key and value."""
    if callable(bench):
        return list(bench(display))
    result = subprocess.run(bench, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if result.returncode:
        raise DriverError(f"status {result.returncode}: {result.stderr.strip()}")
    return list(values_of(result.stdout))


def measure(names, runs):
    found = benches()
    unknown = [name for name in names if name not in found]
    if unknown:
        sys.exit(f"no such bench: {', '.join(unknown)}; there are {', '.join(found)}")
    measured, failed = {}, False
    display = Display()
    try:
        for name in names or found:
            for number in range(runs):
                print(f"{name} {number + 1}/{runs}", file=sys.stderr, flush=True)
                try:
                    for key, value in run(found[name], display.environment(), display):
                        measured.setdefault(key, []).append(value)
                except scenarios.NotBuilt as reason:
                    print(f"{name}: {reason}", file=sys.stderr)
                    break
                except (DriverError, OSError, subprocess.TimeoutExpired) as error:
                    print(f"{name}: {error}", file=sys.stderr)
                    failed = True
                    break
    finally:
        display.close()
    return measured, failed


def table(measured):
    lines = [("what", "measured", "reach", "", "rivals")]
    for key, what, unit, reach, rivals in ROWS:
        values = measured.get(key)
        value = statistics.median(values) if values else None
        shown = f"{value:.3g} {unit}" if value is not None and value < 100 else f"{value:.0f} {unit}" if value is not None else "-"
        verdict = "" if value is None or reach is None else "ok" if value <= reach else "OVER"
        lines.append((what, shown, f"{reach} {unit}" if reach is not None else "", verdict, rivals))
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print("  ".join(field.ljust(width) for field, width in zip(line, widths)).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=3, help="how often each bench runs (3)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these benches")
    arguments = parser.parse_args()
    measured, failed = measure(arguments.names, max(1, arguments.runs))
    table(measured)
    extra = sorted(set(measured) - {row[0] for row in ROWS})
    if extra:
        sys.exit(f"measured, but not in the table: {', '.join(extra)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
