"""When something came into an empty picture of a recording, without a decoder: emptiness costs some fifty bytes a frame.

For what OBS writes as .mkv, without B-frames, which would spread what is new over several frames.
"""

import pathlib

SEGMENT, CLUSTER, TIMECODE, SIMPLE_BLOCK = 0x18538067, 0x1F43B675, 0xE7, 0xA3
CHANGE = 5000  # bytes
UNKNOWN_SIZES = {(1 << 7 * length) - 1 for length in range(1, 9)}


def _number(data, at, keep_marker):
    length = 9 - data[at].bit_length()
    value = int.from_bytes(data[at : at + length], "big")
    return value if keep_marker else value & ((1 << 7 * length) - 1), at + length


def _elements(data, at, end):
    while at < end:
        name, at = _number(data, at, True)
        size, at = _number(data, at, False)
        if size in UNKNOWN_SIZES:
            size = end - at
        yield name, at, min(at + size, end)
        at += size


def frames(path, track=1):
    """(milliseconds, bytes) of each frame of the video, in order of time."""
    data = pathlib.Path(path).read_bytes()
    found = []

    def walk(begin, end, cluster_ms):
        for name, at, stop in _elements(data, begin, end):
            if name in (SEGMENT, CLUSTER):
                cluster_ms = walk(at, stop, cluster_ms)
            elif name == TIMECODE:
                cluster_ms = int.from_bytes(data[at:stop], "big")
            elif name == SIMPLE_BLOCK:
                number, after = _number(data, at, False)
                if number == track:
                    found.append((cluster_ms + int.from_bytes(data[after : after + 2], "big", signed=True), stop - after - 3))
        return cluster_ms

    walk(0, len(data), 0)
    return sorted(found)


def flashes(path, apart_ms=700):
    """The moments at which something new was to be seen, in milliseconds from the beginning of the file."""
    moments = []
    for ms, size in frames(path):
        if size > CHANGE and (not moments or ms - moments[-1] > apart_ms):
            moments.append(ms)
    return moments
