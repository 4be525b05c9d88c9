"""The chat dock as a moderator sees and touches it: only by what is on the screen and by the mouse."""

import time

from .process import DriverError

# Twitch's own palette has nothing near it, and on OBS's dark themes it needs no change to be readable.
TARGET_COLOUR = "#12f7a5"
TARGET_RGB = (0x12, 0xF7, 0xA5)

# Half of the last button (ban) and the margin behind it.
BAN_BEFORE_RIGHT_EDGE = 17


# Five buttons take more than this; what is narrower is something else that changed.
LEAST_BUTTONS = 100


def steady_look(display, box, seconds=4.0):
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


def move_to_row(display, where, seconds=20.0):
    """Moves the pointer onto the line whose author's name has TARGET_COLOUR.

    Returns the box of what appeared there (the line's buttons), and the picture with it. The list stands still while the
    pointer is in it, so the place that was seen is the place that is clicked.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = display.look().find_colour(TARGET_RGB)
        if not name:
            time.sleep(0.1)
            continue
        display.move(name[0] + 5, (name[1] + name[3]) // 2)
        time.sleep(0.3)
        name = display.look().find_colour(TARGET_RGB)
        if not name:
            continue
        x, y = name[0] + 5, (name[1] + name[3]) // 2
        # Pictures without and with the pointer on the line: what differs are its buttons, at the end of the line.
        line = (where[0], y - 12, where[2], y + 12)
        display.move(x, y - 70)
        without = steady_look(display, line)
        display.move(x, y)
        with_buttons = steady_look(display, line)
        box = without.difference(with_buttons, line)
        if box and box[2] - box[0] > LEAST_BUTTONS:
            return box, with_buttons
    raise DriverError("no buttons appeared on the line that was pointed at")


def click_ban(display, where):
    """Clicks on "ban" in the line of the person with TARGET_COLOUR. `where`: the box of the screen that the dock is in.

    Returns the box of the line's buttons and a picture from before the click.
    """
    box, before = move_to_row(display, where)
    display.click(box[2] - BAN_BEFORE_RIGHT_EDGE, (box[1] + box[3]) // 2)
    return box, before
