"""Starting and ending programs so that none is left behind."""

import signal
import subprocess
import time


class DriverError(Exception):
    """Something the tests stand on does not work: not a failed test, a broken one."""


def wait_until(condition, seconds, what, step=0.05):
    """Calls `condition` until it returns something true, which is returned; raises after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise DriverError(f"{what}: not within {seconds:g} s")
        time.sleep(step)


def start(command, **keywords):
    """Starts a program in a session of its own: a Ctrl-C in the terminal reaches the driver only, which ends it in order."""
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **keywords)
    except FileNotFoundError as error:
        raise DriverError(f"the program {command[0]} is missing") from error


def end(process, first=signal.SIGTERM, seconds=5.0):
    """Ends a program, politely, then not. Returns its exit status (negative: the signal that ended it)."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode
