"""A screen without a monitor: Xvfb with a window manager, a mouse and a camera."""

import os
import subprocess

from .process import DriverError, end, start, wait_until


class Picture:
    """What is on the screen: rows of RGB bytes."""

    def __init__(self, data):
        fields = data.split(maxsplit=4)[:4]
        if len(fields) < 4 or fields[0] != b"P6":
            raise DriverError("the picture of the screen is no PPM")
        self.width, self.height = int(fields[1]), int(fields[2])
        self.rgb = data[-3 * self.width * self.height :]

    def pixel(self, x, y):
        offset = 3 * (y * self.width + x)
        return tuple(self.rgb[offset : offset + 3])

    def row(self, left, right, y):
        """The RGB bytes of a row of pixels, both ends included."""
        return self.rgb[3 * (y * self.width + left) : 3 * (y * self.width + right + 1)]

    def find_colour(self, colour, tolerance=6, box=None):
        """Bounding box (left, top, right, bottom) of the pixels with nearly this colour, None without any."""
        left, top, right, bottom = box or (0, 0, self.width - 1, self.height - 1)
        near = [bytes(abs(value - wanted) <= tolerance for value in range(256)) for wanted in colour]
        found = []
        for y in range(top, bottom + 1):
            # All pixels of a row at once: one by one takes seconds on a busy machine.
            row = self.row(left, right, y)
            hits = -1
            for i in range(3):
                hits &= int.from_bytes(row[i::3].translate(near[i]), "big")
            if hits:
                pixels = hits.to_bytes(right - left + 1, "big")
                found += [(left + pixels.index(1), y), (left + pixels.rindex(1), y)]
        return _box(found)

    def difference(self, other, box=None):
        """Bounding box of what differs from another picture of the same size, inside `box`."""
        left, top, right, bottom = box or (0, 0, self.width - 1, self.height - 1)
        found = []
        for y in range(top, bottom + 1):
            row = slice(3 * (y * self.width + left), 3 * (y * self.width + right + 1))
            mine, others = self.rgb[row], other.rgb[row]
            if mine != others:
                found += [(left + i // 3, y) for i in range(len(mine)) if mine[i] != others[i]]
        return _box(found)

    def colours(self, box):
        """The number of different colours in a box: 1 means that nothing is drawn there."""
        left, top, right, bottom = box
        return len({self.pixel(x, y) for y in range(top, bottom + 1) for x in range(left, right + 1)})


def _box(points):
    if not points:
        return None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


class Display:
    def __init__(self, width=1600, height=900, log=subprocess.DEVNULL):
        reader, writer = os.pipe()
        self._server = start(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "+extension", "GLX", "-nolisten", "tcp"],
            pass_fds=[writer],
            stdout=log,
            stderr=log,
        )
        os.close(writer)
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise DriverError("Xvfb does not start")
        self.name = f":{number}"
        self.size = (width, height)
        self._manager = start(["openbox", "--sm-disable"], env=self.environment(), stdout=log, stderr=log)

    def environment(self):
        """The environment of a program on this screen."""
        environment = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "XAUTHORITY")}
        environment["DISPLAY"] = self.name
        return environment

    def _xdotool(self, *arguments):
        command = ["xdotool", *[str(a) for a in arguments]]
        result = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=20, check=False)
        if result.returncode:
            raise DriverError(f"{' '.join(command)}: {result.stderr.strip()}")
        return result.stdout

    def move(self, x, y):
        # In two steps: a pointer that is already there causes no event, and a window under it would not notice.
        self._xdotool("mousemove", x + 1, y, "mousemove", "--sync", x, y)

    def click(self, x, y):
        self.move(x, y)
        self._xdotool("click", 1)

    def scroll(self, x, y, steps):
        """Turns the wheel, upwards if `steps` is negative."""
        self.move(x, y)
        self._xdotool("click", "--repeat", abs(steps), "--delay", 10, 4 if steps < 0 else 5)

    def key(self, *keys):
        self._xdotool("key", *keys)

    def type(self, text):
        # As fast as people type: on a busy machine the X server loses keys of those who are much faster.
        self._xdotool("type", "--delay", 40, text)

    def windows(self, name):
        """Numbers of the visible windows whose title matches a regular expression."""
        try:
            return self._xdotool("search", "--onlyvisible", "--name", name).split()
        except DriverError:
            return []

    def geometry(self, window):
        """Box (left, top, right, bottom) of a window on the screen."""
        values = dict(line.split("=") for line in self._xdotool("getwindowgeometry", "--shell", window).split())
        left, top = int(values["X"]), int(values["Y"])
        right, bottom = left + int(values["WIDTH"]) - 1, top + int(values["HEIGHT"]) - 1
        return max(left, 0), max(top, 0), min(right, self.size[0] - 1), min(bottom, self.size[1] - 1)

    def fill(self, name, seconds=30.0):
        """Waits for the windows with this title, and makes them as large as the screen."""
        for window in wait_until(lambda: self.windows(name), seconds, f"a window {name}"):
            self._xdotool("windowmove", window, 0, 0, "windowsize", window, *self.size)
            wait_until(lambda: self._fills(window), seconds, f"the window {name} fills the screen", 0.1)

    def _fills(self, window):
        left, top, right, bottom = self.geometry(window)
        return right - left > 0.9 * self.size[0] and bottom - top > 0.9 * self.size[1]

    def look(self):
        """What is on the screen, as a Picture."""
        result = subprocess.run(
            ["import", "-window", "root", "-depth", "8", "ppm:-"], env=self.environment(), capture_output=True, timeout=30, check=False
        )
        if result.returncode:
            raise DriverError(f"no picture of the screen: {result.stderr.decode(errors='replace').strip()}")
        return Picture(result.stdout)

    def save(self, path, part=None):
        """Writes what is on the screen, or a part of it (left, top, width, height), to a file."""
        crop = ["-crop", "{2}x{3}+{0}+{1}".format(*part), "+repage"] if part else []
        subprocess.run(["import", "-window", "root", *crop, str(path)], env=self.environment(), timeout=30, check=True)

    def close(self):
        end(self._manager)
        end(self._server)
