"""The chat dock as a moderator sees and touches it: only by what is on the screen and by the mouse."""

import time

from .process import DriverError, wait_until

# Twitch's own palette has nothing near it, and on OBS's dark themes it needs no change to be readable.
TARGET_COLOUR = "#12f7a5"
TARGET_RGB = (0x12, 0xF7, 0xA5)

# Half of the last button (ban) and the margin behind it.
BAN_BEFORE_RIGHT_EDGE = 17


# What OBS's default theme fills buttons and fields with.
BUTTON_RGB = (60, 64, 77)
LEAST_BUTTON = 40
LEAST_BUTTON_HEIGHT = 12

# Five buttons take more than this; what is narrower is something else that changed.
LEAST_BUTTONS = 100


def steady_look(display, box, seconds=10.0):
    """A picture of the screen once nothing in `box` changes any more: the machine may be slow."""
    end = time.monotonic() + seconds
    last = display.look()
    while time.monotonic() < end:
        time.sleep(0.2)
        picture = display.look()
        if not last.difference(picture, box):
            return picture
        last = picture
    return last


def standing_name(display, where, seconds=10.0):
    """The box of TARGET_COLOUR once it stands where it stood a moment before, None when it goes away."""
    end = time.monotonic() + seconds
    last = None
    while time.monotonic() < end:
        name = display.look().find_colour(TARGET_RGB, box=where)
        if not name or name == last:
            return name
        last = name
        time.sleep(0.2)
    return None


def changed_look(display, before, box, width, seconds=10.0):
    """A steady picture in which something wider than `width` in `box` is not as it was `before`, and its box; or None."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        picture = steady_look(display, box)
        changed = before.difference(picture, box)
        if not changed:
            continue
        # Beside the lines, marks and the scroll bar move with every message: what is meant ends where a column stands still.
        left, top, right, bottom = changed
        right = next((x - 1 for x in range(left, right + 1) if not before.difference(picture, (x, top, x, bottom))), right)
        if right - left > width:
            return (left, top, right, bottom), picture
    return None


def fill_with_chat(obs, simulator):
    """Waits until the dock is full of lines, then slows the chat: a picture of the screen takes its time on a busy machine."""
    simulator.control("chat.rate", rate=20)
    wait_until(lambda: obs.client.vendor("get_stats")["messages"] > 60, 30, "the dock is full of chat")
    simulator.control("chat.rate", rate=2, steady=True, events=False)


def move_to_row(display, where, seconds=60.0):
    """Moves the pointer onto the line whose author's name has TARGET_COLOUR.

    Returns the box of what appeared there (the line's buttons), and the picture with it. The list stands still while the
    pointer is in it, so the place that was seen is the place that is clicked.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = display.look().find_colour(TARGET_RGB, box=where)
        if not name:
            time.sleep(0.1)
            continue
        display.move(name[0] + 5, (name[1] + name[3]) // 2)
        name = standing_name(display, where)
        if not name:
            # It went by before the pointer was there; away with the pointer, so that the list goes on.
            display.move(where[0] + 5, where[1] + 5)
            continue
        x, y = name[0] + 5, (name[1] + name[3]) // 2
        # Pictures without and with the pointer on the line: what differs are its buttons, at the end of the line.
        line = (where[0], y - 12, where[2], y + 12)
        display.move(x, y - 70)
        without = steady_look(display, line)
        display.move(x, y)
        found = changed_look(display, without, line, LEAST_BUTTONS)
        # Above the first line the pointer holds nothing, and the list may have gone on meanwhile.
        still = standing_name(display, where) if found else None
        if still and abs((still[1] + still[3]) // 2 - y) <= 2:
            return found
    raise DriverError("no buttons appeared on the line that was pointed at")


def find_buttons(picture, box, colour=BUTTON_RGB):
    """Boxes of the areas in OBS's button colour (buttons and fields) in a part of the screen, from top to bottom."""
    left, top, right, bottom = box
    found = []
    for y in range(top, bottom + 1):
        for begin, end in runs_of(picture.row(left, right, y), bytes(colour), LEAST_BUTTON):
            a, b = left + begin, left + end - 1
            if any(o[0] <= a and b <= o[2] and o[1] <= y <= o[3] for o in found):
                continue
            # Between edge and text it is filled from top to bottom; corners are round, so the middle is wider.
            low = y
            while low < bottom and picture.pixel(a, low + 1) == colour:
                low += 1
            while a > left and picture.pixel(a - 1, (y + low) // 2) == colour:
                a -= 1
            while b < right and picture.pixel(b + 1, (y + low) // 2) == colour:
                b += 1
            if low - y >= LEAST_BUTTON_HEIGHT:
                found.append((a, y, b, low))
    return found


def runs_of(row, colour, least):
    """Begins and ends of runs of pixels with just this colour in a row of RGB bytes."""
    pixels = [row[i : i + 3] == colour for i in range(0, len(row), 3)] + [False]
    begin = None
    for i, same in enumerate(pixels):
        if same and begin is None:
            begin = i
        elif not same and begin is not None:
            if i - begin >= least:
                yield begin, i
            begin = None


def click_ban(display, where):
    """Clicks on "ban" in the line of the person with TARGET_COLOUR. `where`: the box of the screen that the dock is in.

    Returns the box of the line's buttons and a picture from before the click.
    """
    box, before = move_to_row(display, where)
    display.click(box[2] - BAN_BEFORE_RIGHT_EDGE, (box[1] + box[3]) // 2)
    return box, before
