"""Where OBS streams to: a door like that of Twitch's servers, which takes what is published and throws it away.

Enough of RTMP (Adobe's specification 1.0) for OBS to be content: handshake, connect, createStream, publish.
"""

import re
import socket
import struct
import threading

from .process import DriverError

HANDSHAKE = 1536
SET_CHUNK_SIZE, WINDOW_SIZE, COMMAND = 1, 5, 20
CHUNK = 4096

# A command begins with its name and its number, both in AMF0.
CALL = re.compile(rb"\x02\x00.(connect|createStream|publish)\x00(.{8})", re.DOTALL)


def _text(value):
    return struct.pack("!H", len(value)) + value.encode()


def _amf(value):
    if value is None:
        return b"\x05"
    if isinstance(value, str):
        return b"\x02" + _text(value)
    if isinstance(value, dict):
        return b"\x03" + b"".join(_text(name) + _amf(item) for name, item in value.items()) + b"\x00\x00\x09"
    return b"\x00" + struct.pack("!d", value)


def _message(kind, payload, stream=0):
    return b"\x03\x00\x00\x00" + struct.pack("!I", len(payload))[1:] + bytes([kind]) + struct.pack("<I", stream) + payload


def _command(*values, stream=0):
    return _message(COMMAND, b"".join(map(_amf, values)), stream)


class Ingest:
    def __init__(self):
        self.published = 0  # how often somebody began to stream
        self.bytes = 0  # of it, all in all
        self._address = ("127.0.0.1", 0)
        self._connections = []
        self.open()

    @property
    def url(self):
        """With what makes it one of Twitch's in the eyes of whoever reads it."""
        return f"rtmp://127.0.0.1:{self._address[1]}/twitch.tv"

    def open(self):
        self._listener = socket.create_server(self._address)
        self._address = self._listener.getsockname()
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def fail(self):
        """All that is connected is cut off, and nobody is let in until it is opened again."""
        # What waits in accept() is only woken by this, and keeps the port otherwise.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        while self._connections:
            connection = self._connections.pop()
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # whoever streamed went away before

    close = fail

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                self._shake_hands(connection)
                self._take(connection)
            except (OSError, DriverError):
                pass

    @staticmethod
    def _read(connection, count):
        data = b""
        while len(data) < count:
            part = connection.recv(count - len(data))
            if not part:
                raise DriverError("whoever streams went away")
            data += part
        return data

    def _shake_hands(self, connection):
        theirs = self._read(connection, 1 + HANDSHAKE)[1:]
        connection.sendall(b"\x03" + bytes(HANDSHAKE) + theirs)
        self._read(connection, HANDSHAKE)

    def _take(self, connection):
        said, publishing = b"", False
        while part := connection.recv(65536):
            if publishing:
                self.bytes += len(part)
                continue
            said += part
            while call := CALL.search(said):
                said = said[call.end() :]
                name, number = call[1].decode(), struct.unpack("!d", call[2])[0]
                connection.sendall(self._answer(name, number))
                publishing = name == "publish"
                self.published += publishing

    @staticmethod
    def _answer(name, number):
        status = {"level": "status", "description": ""}
        if name == "connect":
            size = _message(SET_CHUNK_SIZE, struct.pack("!I", CHUNK)) + _message(WINDOW_SIZE, struct.pack("!I", 2500000))
            server = {"fmsVer": "FMS/3,0,1,123", "capabilities": 31.0}
            return size + _command("_result", number, server, {**status, "code": "NetConnection.Connect.Success"})
        if name == "createStream":
            return _command("_result", number, None, 1.0)
        return _command("onStatus", 0.0, None, {**status, "code": "NetStream.Publish.Start"}, stream=1)
